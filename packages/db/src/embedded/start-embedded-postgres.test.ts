import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kill, pid } from "node:process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

import { connect, createTestDataDir } from "../testing/index.ts";
import { spawnHolder } from "./__fixtures__/spawn-holder.ts";
import { prepareCluster } from "./cluster.ts";
import { startEmbeddedPostgres } from "./index.ts";
import { findProcess } from "./process-identity.ts";

describe("startEmbeddedPostgres", { timeout: 60_000 }, () => {
  test("is durable, checks its pages, speaks UTF-8, and gives the application no superuser", async () => {
    await using dir = await createTestDataDir();
    await using postgres = await startEmbeddedPostgres({ ...dir });
    await using client = await connect(postgres.url);

    const { rows } = await client.query(
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
              current_setting('full_page_writes') as full_page_writes,
              current_setting('data_checksums') as data_checksums, current_setting('server_encoding') as encoding,
              current_database() as database, current_user as role,
              (select rolsuper from pg_roles where rolname = current_user) as is_superuser`,
    );

    expect(rows).toEqual([
      {
        fsync: "on",
        synchronous_commit: "on",
        full_page_writes: "on",
        data_checksums: "on",
        encoding: "UTF8",
        database: "corral",
        role: "corral",
        is_superuser: false,
      },
    ]);
    expect(postgres.url).toMatch(/^postgres:\/\/corral:[\w-]{43}@127\.0\.0\.1:\d+\/corral$/u);
  });

  test("keeps its data private, and its password out of command lines, environments and the log", async () => {
    await using dir = await createTestDataDir();
    await using postgres = await startEmbeddedPostgres({ ...dir });
    const { password } = new URL(postgres.url);
    const cluster = await prepareCluster(dir.dataDir, dir.sharedDirectory);
    await using client = await connect(postgres.url);
    await client.query(`alter role corral passwort '${password}'`).catch(() => undefined);

    const { stdout: processes } = await promisify(execFile)("ps", ["axewww"], {
      maxBuffer: 64 * 1024 * 1024,
    });

    expect(processes).toContain(cluster.dataDirectory);
    expect(processes).not.toContain(password);
    expect(await readFile(cluster.logFile, "utf8")).not.toContain(password);
    expect(await readMode(cluster.passwordFile)).toBe(0o600);
    expect(await readMode(cluster.logFile)).toBe(0o600);
    expect(await readMode(cluster.dataDirectory)).toBe(0o700);
  });

  test("refuses a second start beside a healthy one within a second, naming its pid", async () => {
    await using dir = await createTestDataDir();
    await using holder = await spawnHolder({ ...dir });
    const startedAt = performance.now();

    const second = startEmbeddedPostgres({ ...dir });

    await expect(second).rejects.toMatchObject({ code: "already_running", pid: holder.pid });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await using client = await connect(holder.url);
    expect(client).toBeDefined();
  });

  test("refuses a second start in the same process too", async () => {
    await using dir = await createTestDataDir();
    await using _first = await startEmbeddedPostgres({ ...dir, isDurable: false });

    await expect(startEmbeddedPostgres({ ...dir })).rejects.toMatchObject({
      code: "already_running",
      pid,
    });
  });

  test("waits for a draining predecessor and finds its last row", async () => {
    await using dir = await createTestDataDir();
    await using holder = await spawnHolder({ ...dir, drainMs: 600 });
    holder.child.kill("SIGTERM");
    expect(await holder.readLine()).toBe("draining");
    const lines: string[] = [];

    const second = startEmbeddedPostgres({ ...dir, log: (line) => lines.push(line) });
    await execute(holder.url, "create table last_words (id int)");

    await using postgres = await second;
    await using client = await connect(postgres.url);
    expect((await client.query("select from last_words")).rowCount).toBe(0);
    expect(lines).toEqual([`Waiting for process ${holder.pid}, which is shutting down.`]);
  });

  test("survives Ctrl-C in its process's terminal, which stops it only when it wants to", async () => {
    await using dir = await createTestDataDir();
    await using holder = await spawnHolder({ ...dir });
    await using client = await connect(holder.url);

    kill(-holder.pid, "SIGINT");

    expect(await holder.readLine()).toBe("interrupted");
    expect((await client.query("select 1")).rowCount).toBe(1);
  });

  test("leaves no process, lock or pid file after stop, with a client still connected, however often it is called", async () => {
    await using dir = await createTestDataDir();
    await using postgres = await startEmbeddedPostgres({ ...dir, isDurable: false });
    await using _idle = await connect(postgres.url);
    const { dataDirectory } = await prepareCluster(dir.dataDir, dir.sharedDirectory);

    await Promise.all([postgres.stop(), postgres.stop()]);
    await postgres.stop();

    expect(await findProcess(postgres.pid)).toBeUndefined();
    const { stdout: processes } = await promisify(execFile)("ps", ["axww"]);
    expect(processes).not.toContain(dataDirectory);
    await expect(stat(join(dataDirectory, "postmaster.pid"))).rejects.toThrow("ENOENT");
    await expect(stat(join(dir.dataDir, "process.lock"))).rejects.toThrow("ENOENT");
  });

  test("opens the same database again, and begins its log anew once that is over 10 MB", async () => {
    await using dir = await createTestDataDir();
    await using first = await startEmbeddedPostgres({ ...dir, isDurable: false });
    await execute(first.url, "create table kept (id int)");
    await first.stop();
    await writeFile(join(dir.dataDir, "postgres.log"), "x".repeat(10 * 1024 * 1024 + 1));

    await using second = await startEmbeddedPostgres({ ...dir, isDurable: false });

    await using again = await connect(second.url);
    expect((await again.query("select from kept")).rowCount).toBe(0);
    expect((await stat(join(dir.dataDir, "postgres.log"))).size).toBeLessThan(10_000);
  });

  test("gives up a start that is aborted, leaving nothing that runs", async () => {
    await using dir = await createTestDataDir();
    const giveUp = AbortSignal.timeout(150);

    await expect(startEmbeddedPostgres({ ...dir, signal: giveUp })).rejects.toThrow("timeout");

    await using postgres = await startEmbeddedPostgres({ ...dir, isDurable: false });
    expect(postgres.pid).toBeGreaterThan(0);
  });

  test("does not make a new database over one whose password is lost", async () => {
    await using dir = await createTestDataDir();
    await using first = await startEmbeddedPostgres({ ...dir, isDurable: false });
    await first.stop();
    await writeFile(join(dir.dataDir, "postgres-password"), "");

    await expect(startEmbeddedPostgres({ ...dir })).rejects.toMatchObject({
      code: "password_missing",
    });
  });
});

async function execute(url: string, sql: string): Promise<void> {
  await using client = await connect(url);
  await client.query(sql);
}

async function readMode(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

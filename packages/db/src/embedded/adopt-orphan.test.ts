import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kill } from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import { connect, createTestDataDir } from "../testing/index.ts";
import { spawnHolder, spawnUnready } from "./__fixtures__/spawn-holder.ts";
import { prepareCluster } from "./cluster.ts";
import { findServerAccount } from "./server-account.ts";
import { startEmbeddedPostgres } from "./index.ts";
import { findProcess, waitForExit } from "./process-identity.ts";

describe("after a crash of ours", { timeout: 60_000 }, () => {
  test("adopts the server that a killed process left, with every committed row", async () => {
    await using dir = await createTestDataDir();
    await using holder = await spawnHolder({ ...dir });
    await insertRow(holder.url);
    await holder.kill("SIGKILL");
    const lines: string[] = [];

    await using postgres = await startEmbeddedPostgres({
      ...dir,
      log: (line) => lines.push(line),
    });

    expect(postgres.pid).toBe(holder.postgresPid);
    expect(await countRows(postgres.url)).toBe(1);
    expect(lines).toEqual([expect.stringContaining(`Adopted PostgreSQL (process ${holder.postgresPid})`)]);
    await postgres.stop();
    expect(await findProcess(holder.postgresPid)).toBeUndefined();
  });

  test("stops an orphan that does not answer, and starts anew without losing a row", async () => {
    await using dir = await createTestDataDir();
    await using holder = await spawnHolder({ ...dir });
    await insertRow(holder.url);
    await holder.kill("SIGKILL");
    kill(holder.postgresPid, "SIGSTOP");

    await using postgres = await startEmbeddedPostgres({ ...dir });

    expect(postgres.pid).not.toBe(holder.postgresPid);
    expect(await findProcess(holder.postgresPid)).toBeUndefined();
    expect(await countRows(postgres.url)).toBe(1);
  });

  test("recovers when the server was killed too, even if its pid now belongs to another process", async () => {
    await using dir = await createTestDataDir();
    await using holder = await spawnHolder({ ...dir });
    await insertRow(holder.url);
    await killServer(holder.postgresPid);
    await holder.kill("SIGKILL");
    const { dataDirectory } = await prepareCluster(dir.dataDir, dir.sharedDirectory);
    const pidFile = join(dataDirectory, "postmaster.pid");
    const [, ...rest] = (await readFile(pidFile, "utf8")).split("\n");
    await using reuser = await spawnSleeper();
    await writeFile(pidFile, [reuser.pid, ...rest].join("\n"));

    await using postgres = await startEmbeddedPostgres({ ...dir });

    expect(await countRows(postgres.url)).toBe(1);
  });

  test("begins afresh after being killed in the middle of initialization", async () => {
    await using dir = await createTestDataDir();
    await using holder = spawnUnready({ ...dir });
    const base = join(dir.dataDir, "..");
    await waitForInitdb(base);
    await holder.kill("SIGKILL");

    await using postgres = await startEmbeddedPostgres({ ...dir });

    await insertRow(postgres.url);
    expect((await readdir(base, { recursive: true })).filter((name) => name.includes("-init-"))).toEqual([]);
  });

  test("waits until a backend that outlived its killed server has left the data", async () => {
    await using dir = await createTestDataDir();
    await using holder = await spawnHolder({ ...dir });
    await insertRow(holder.url);
    await using busy = await connect(holder.url);
    const { rows } = await busy.query<{ pid: number }>("select pg_backend_pid() as pid");
    const backendPid = rows[0]?.pid ?? 0;
    // Suspended, it cannot notice that its server is gone, as if it were computing.
    kill(backendPid, "SIGSTOP");
    await killServer(holder.postgresPid);
    await holder.kill("SIGKILL");

    const starting = startEmbeddedPostgres({ ...dir });
    await delay(700);
    kill(backendPid, "SIGCONT");

    await using postgres = await starting;
    expect(await findProcess(backendPid)).toBeUndefined();
    expect(await countRows(postgres.url)).toBe(1);
  });
});

async function insertRow(url: string): Promise<void> {
  await using client = await connect(url);
  await client.query("create table kept (id int primary key)");
  await client.query("insert into kept values (1)");
}

async function countRows(url: string): Promise<number> {
  await using client = await connect(url);
  const { rows } = await client.query<{ count: number }>("select count(*)::int as count from kept");
  return rows[0]?.count ?? 0;
}

async function killServer(postgresPid: number): Promise<void> {
  const identity = await findProcess(postgresPid);
  kill(postgresPid, "SIGKILL");
  if (identity !== undefined) await waitForExit(identity, 5_000);
}

/** Of the server's account: PostgreSQL itself sees that a process of another user is no server. */
async function spawnSleeper(): Promise<AsyncDisposable & { pid: number }> {
  const child = spawn("sleep", ["60"], { ...(await findServerAccount()), stdio: "ignore" });
  await once(child, "spawn");
  const dispose = async (): Promise<void> => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: dispose };
}

/** Resolves while initdb is writing. */
async function waitForInitdb(base: string): Promise<void> {
  for (;;) {
    const names: string[] = await readdir(base, { recursive: true }).catch(() => []);
    if (names.some((name) => name.includes("-init-") && name.endsWith("data/base"))) return;
    await delay(5);
  }
}

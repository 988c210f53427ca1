import { execFile } from "node:child_process";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { execPath, geteuid } from "node:process";
import { promisify } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";

import { connect, createTestDataDir } from "../testing/index.ts";
import { holderProgram, spawnHolder } from "./__fixtures__/spawn-holder.ts";
import { startEmbeddedPostgres } from "./index.ts";
import { locateBinaries } from "./locate-binaries.ts";
import { findServerAccount } from "./server-account.ts";
import { makeSharedDirectory, stageBinaries } from "./stage-binaries.ts";

const isRoot = geteuid?.() === 0;

describe("as root", { timeout: 60_000 }, () => {
  beforeEach(({ skip }) => skip(!isRoot, "only root can change accounts"));

  test("runs as nobody, though the clone and the data directory lie where only root can enter", async () => {
    await using shared = await createSharedDirectory();
    await using dir = await createTestDataDir();
    await chmod(dir.dataDir, 0o700);
    const dataDir = join(dir.dataDir, "deep", ".corral");

    await using postgres = await startEmbeddedPostgres({
      dataDir,
      sharedDirectory: shared.path,
      isDurable: false,
    });

    await using client = await connect(postgres.url);
    expect((await client.query("select 1")).rowCount).toBe(1);
    const account = await findServerAccount();
    expect(await stat(`/proc/${postgres.pid}`)).toMatchObject(account ?? {});
    const loaded = await readFile(`/proc/${postgres.pid}/maps`, "utf8");
    expect(loaded).toContain(`${shared.path}/postgres-`);
    expect(loaded).not.toContain("node_modules");
    expect(await readlink(`/proc/${postgres.pid}/cwd`)).toContain(shared.path);
  });

  test("says what to do when the shared directory cannot be written", async () => {
    await using dir = await createTestDataDir();
    const file = join(dir.dataDir, "file");
    await writeFile(file, "");

    const starting = startEmbeddedPostgres({ ...dir, sharedDirectory: join(file, "corral") });

    await expect(starting).rejects.toMatchObject({ code: "staging_failed" });
    await expect(starting).rejects.toThrow("DATABASE_URL");
  });

  test("does not begin an empty database beside the one that an ordinary user has made there", async () => {
    await using dir = await createTestDataDir();
    await mkdir(join(dir.dataDir, "postgres-18"));

    await expect(startEmbeddedPostgres({ ...dir })).rejects.toMatchObject({ code: "wrong_user" });
  });

  test("an ordinary user runs the binaries in place, with the data in the data directory", async ({
    skip,
  }) => {
    const account = (await findServerAccount()) ?? { uid: 0, gid: 0 };
    const reading = promisify(execFile)(
      execPath,
      ["-e", `fs.accessSync(${JSON.stringify(holderProgram)})`],
      account,
    );
    if (
      await reading.then(
        () => false,
        () => true,
      )
    )
      skip("this clone is readable for root alone");
    await using dir = await createTestDataDir();
    await chown(dir.dataDir, account.uid, account.gid);

    await using holder = await spawnHolder({ ...dir, account });

    await using client = await connect(holder.url);
    expect((await client.query("select 1")).rowCount).toBe(1);
    const data = await stat(join(dir.dataDir, "postgres-18"));
    expect({ uid: data.uid, mode: data.mode & 0o777 }).toEqual({ uid: account.uid, mode: 0o700 });
    expect(await readlink(`/proc/${holder.postgresPid}/exe`)).toContain("node_modules");
    await holder.kill("SIGTERM");
    expect(await readdir(dir.dataDir)).toEqual(["postgres-18", "postgres-password", "postgres.log"]);
  });
});

describe("binaries", { timeout: 60_000 }, () => {
  test("are staged whole, with their symbolic links, by two starters at once", async () => {
    await using shared = await createSharedDirectory();
    const source = await locateBinaries();

    const [first, second] = await Promise.all([
      stageBinaries(source, shared.path),
      stageBinaries(source, shared.path),
    ]);

    expect(first).toEqual(second);
    expect(await readdir(shared.path)).toEqual([`postgres-${source.version}`]);
    expect(await readdir(first.directory, { recursive: true })).toEqual(
      await readdir(source.directory, { recursive: true }),
    );
    expect((await lstat(join(first.directory, "lib", "libpq.so.5"))).isSymbolicLink()).toBe(true);
    const { stdout } = await promisify(execFile)(join(first.directory, "bin", "postgres"), ["--version"]);
    expect(stdout).toContain("PostgreSQL");
  });

  test("that do not exist for a platform are explained with the remedy", async () => {
    await expect(locateBinaries("plan9-mips")).rejects.toMatchObject({ code: "unsupported_platform" });
    await expect(locateBinaries("plan9-mips")).rejects.toThrow("Set DATABASE_URL");
  });
});

async function createSharedDirectory(): Promise<AsyncDisposable & { path: string }> {
  // Not TMPDIR, which may lie where only root can enter; not memory, which may be mounted noexec.
  const path = await mkdtemp("/var/tmp/corral-shared-");
  await makeSharedDirectory(path);
  return { path, [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }) };
}

import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { geteuid } from "node:process";
import { describe, expect, test } from "vitest";
import { createTestDataDir } from "../testing/index.ts";
import { ownerFile, prepareCluster } from "./cluster.ts";
import { findLeftBehind } from "./find-left-behind.ts";
import { startEmbeddedPostgres } from "./index.ts";

/** An ordinary user's database is in the data directory, and goes with it. */
const leavesBehind = geteuid?.() === 0;

async function makeDataDir(base: string, name: string): Promise<string> {
  const dataDir = join(dirname(base), name);
  await mkdir(dataDir, { mode: 0o700 });
  return dataDir;
}

describe("a database of root's", { timeout: 60_000 }, () => {
  test("is left behind when its data directory is gone, and never while it is there", async () => {
    await using dir = await createTestDataDir();
    const { dataDir, sharedDirectory } = dir;
    const gone = await makeDataDir(dataDir, "gone");
    const kept = await makeDataDir(dataDir, "kept");
    await prepareCluster(dataDir, sharedDirectory);
    await prepareCluster(kept, sharedDirectory);
    const { directory } = await prepareCluster(gone, sharedDirectory);
    expect(await findLeftBehind(dataDir, sharedDirectory)).toStrictEqual([]);

    await rm(gone, { recursive: true });

    const found = await findLeftBehind(dataDir, sharedDirectory);
    expect(found).toStrictEqual(
      leavesBehind ? [{ directory, dataDir: gone, lastUsedAt: null, pid: null }] : [],
    );
  });

  test("of a clone that was moved is known again after its next start", async () => {
    await using dir = await createTestDataDir();
    const { dataDir, sharedDirectory } = dir;
    const before = await makeDataDir(dataDir, "before");
    await prepareCluster(before, sharedDirectory);
    const after = join(dirname(dataDir), "after");
    await rename(before, after);
    const ofOthers = (await findLeftBehind(dataDir, sharedDirectory)).length;
    const ofItself = (await findLeftBehind(after, sharedDirectory)).length;

    await prepareCluster(after, sharedDirectory);

    expect([ofOthers, ofItself]).toStrictEqual([leavesBehind ? 1 : 0, 0]);
    expect(await findLeftBehind(dataDir, sharedDirectory)).toStrictEqual([]);
  });

  test("is named with its last use and the PostgreSQL that still runs on it", async () => {
    await using dir = await createTestDataDir();
    const { dataDir, sharedDirectory } = dir;
    const other = await makeDataDir(dataDir, "other");
    await using postgres = await startEmbeddedPostgres({ dataDir: other, sharedDirectory, isDurable: false });
    const { directory } = await prepareCluster(other, sharedDirectory);

    await rename(join(other, "instance.json"), join(other, "elsewhere.json")).catch(() => undefined);
    const [found] = await findLeftBehind(dataDir, sharedDirectory);
    await rename(join(other, "elsewhere.json"), join(other, "instance.json")).catch(() => undefined);

    expect(found ?? null).toStrictEqual(
      leavesBehind
        ? { directory, dataDir: other, lastUsedAt: expect.any(Date) as unknown, pid: postgres.pid }
        : null,
    );
  });

  test("that was made before owners were noted is named without one", async () => {
    await using dir = await createTestDataDir();
    const { dataDir, sharedDirectory } = dir;
    const old = await makeDataDir(dataDir, "old");
    const { directory } = await prepareCluster(old, sharedDirectory);
    await rm(join(directory, ownerFile), { force: true });

    const found = await findLeftBehind(dataDir, sharedDirectory);

    expect(found.map((one) => one.dataDir)).toStrictEqual(leavesBehind ? [null] : []);
  });
});

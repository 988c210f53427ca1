import { chmod, mkdir, mkdtemp, readdir, rm, stat, statfs, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { geteuid } from "node:process";

import { SHARED_DIRECTORY } from "../embedded/cluster.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../embedded/index.ts";
import { locateBinaries } from "../embedded/locate-binaries.ts";
import { acquireProcessLock } from "../embedded/process-lock.ts";
import { findServerAccount } from "../embedded/server-account.ts";
import { findServerProcess, stopServerProcess } from "../embedded/server-process.ts";
import { makeSharedDirectory, stageBinaries } from "../embedded/stage-binaries.ts";

const MEMORY = "/dev/shm";
const MIN_MEMORY_BYTES = 1024 ** 3;
const PREFIX = "corral-test-";
/** Held by whoever made the directory for as long as it is needed, whether or not a server runs there. */
const OWNER_LOCK = "owner.lock";

/** Where embedded servers of a test keep everything; with its block, whatever still runs there is stopped and deleted. */
export interface TestDataDir extends AsyncDisposable {
  readonly dataDir: string;
  /** Root's part, here instead of in /var/lib so that it goes away with the rest. */
  readonly sharedDirectory: string;
}

export interface TestCluster extends EmbeddedPostgres, TestDataDir {}

export async function createTestDataDir(): Promise<TestDataDir> {
  const base = await mkdtemp(join((await hasRoomyMemory()) ? MEMORY : tmpdir(), PREFIX));
  await acquireProcessLock(join(base, OWNER_LOCK));
  // Root's server runs as nobody, who must get through to it.
  await chmod(base, 0o711);
  const dataDir = join(base, "data");
  await mkdir(dataDir, { mode: 0o700 });
  const sharedDirectory = join(base, "shared");
  await makeSharedDirectory(sharedDirectory);
  await linkBinaries(sharedDirectory);
  return { dataDir, sharedDirectory, [Symbol.asyncDispose]: async () => deleteBase(base) };
}

/** An embedded server of a test's own, for tests that kill it or need it durable. */
export async function startTestCluster(options: { isDurable?: boolean } = {}): Promise<TestCluster> {
  await using starting = new AsyncDisposableStack();
  const dir = starting.use(await createTestDataDir());
  const postgres = starting.use(await startEmbeddedPostgres({ isDurable: false, ...dir, ...options }));
  const resources = starting.move();
  return { ...postgres, ...dir, [Symbol.asyncDispose]: async () => resources.disposeAsync() };
}

/** Deletes what test runs left that were killed. */
export async function sweepTestClusters(): Promise<void> {
  for (const root of [MEMORY, tmpdir()]) {
    for (const name of await readdir(root).catch(() => [])) {
      const base = join(root, name);
      if (name.startsWith(PREFIX) && (await isLeftBehind(base))) await deleteBase(base);
    }
  }
}

/** Making and dropping databases is making and deleting hundreds of files, many times faster in memory. */
async function hasRoomyMemory(): Promise<boolean> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= MIN_MEMORY_BYTES;
}

/** Root's binaries are staged once for all, not for each test. */
async function linkBinaries(sharedDirectory: string): Promise<void> {
  if ((await findServerAccount()) === undefined) return;
  await makeSharedDirectory(SHARED_DIRECTORY);
  const { directory } = await stageBinaries(await locateBinaries(), SHARED_DIRECTORY);
  await symlink(directory, join(sharedDirectory, basename(directory)));
}

/** Whether the directory is ours and its maker is dead. Without that proof it stays: it may be somebody's right now. */
async function isLeftBehind(base: string): Promise<boolean> {
  try {
    if ((await stat(base)).uid !== geteuid?.() || !(await readdir(base)).includes(OWNER_LOCK)) return false;
    await acquireProcessLock(join(base, OWNER_LOCK), { drainTimeoutMs: 0 });
    return true;
  } catch {
    return false;
  }
}

async function deleteBase(base: string): Promise<void> {
  for (const name of await readdir(base, { recursive: true }).catch(() => [])) {
    if (basename(name) !== "postmaster.pid") continue;
    const server = await findServerProcess(join(base, name, ".."));
    if (server !== undefined) await stopServerProcess(server.identity);
  }
  // An initdb whose parent was killed may write for another moment.
  await rm(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

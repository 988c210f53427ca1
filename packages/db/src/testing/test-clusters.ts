import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findInstanceDirectory, SHARED_DIRECTORY } from "../embedded/cluster.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../embedded/index.ts";
import { acquireProcessLock } from "../embedded/process-lock.ts";
import { findServerProcess, stopServerProcess } from "../embedded/server-process.ts";

const PREFIX = "corral-test-";
/** A directory without a lock may belong to a run that is just beginning. */
const UNLOCKED_AFTER_MS = 60_000;

export interface TestDataDir extends AsyncDisposable {
  readonly path: string;
}

export interface TestCluster extends EmbeddedPostgres {
  readonly dataDir: string;
}

/** A data directory for embedded servers; whatever still runs on it is stopped, and all its data deleted, with its block. */
export async function createTestDataDir(): Promise<TestDataDir> {
  const path = await mkdtemp(join(tmpdir(), PREFIX));
  return { path, [Symbol.asyncDispose]: async () => deleteDataDir(path) };
}

/** An embedded server of a test's own, for tests that kill it or need it durable; deleted with its block. */
export async function startTestCluster(options: { isDurable?: boolean } = {}): Promise<TestCluster> {
  await using starting = new AsyncDisposableStack();
  const dataDir = starting.use(await createTestDataDir()).path;
  const postgres = starting.use(
    await startEmbeddedPostgres({ dataDir, isDurable: options.isDurable ?? false }),
  );
  const resources = starting.move();
  return {
    url: postgres.url,
    pid: postgres.pid,
    dataDir,
    stop: async () => postgres.stop(),
    [Symbol.asyncDispose]: async () => resources.disposeAsync(),
  };
}

/** Deletes what test runs left that were killed. */
export async function sweepTestClusters(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const path = join(tmpdir(), name);
    if (name.startsWith(PREFIX) && (await isLeftBehind(path))) await deleteDataDir(path);
  }
}

/** Whether nobody uses the directory, and it is ours to look into. */
async function isLeftBehind(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    if (!(await readdir(path)).includes("process.lock")) return Date.now() - mtimeMs > UNLOCKED_AFTER_MS;
    await using lock = await acquireProcessLock(join(path, "process.lock"), { drainTimeoutMs: 0 });
    return lock.path !== "";
  } catch {
    return false;
  }
}

async function deleteDataDir(path: string): Promise<void> {
  const instance = await findInstanceDirectory(path, SHARED_DIRECTORY);
  for (const directory of instance === undefined ? [path] : [instance, path]) {
    const names = await readdir(directory).catch(() => []);
    for (const name of names.filter((name) => name.startsWith("postgres-"))) {
      const server = await findServerProcess(join(directory, name));
      if (server !== undefined) await stopServerProcess(server.identity);
    }
    await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

import { join } from "node:path";

import { adoptOrphan } from "./adopt-orphan.ts";
import { type Cluster, prepareCluster, prepareDataDir, SHARED_DIRECTORY } from "./cluster.ts";
import { initializeCluster, isInitialized, removeInterruptedWork } from "./initialize-cluster.ts";
import { launchServer } from "./launch-server.ts";
import { acquireProcessLock, type ProcessLock } from "./process-lock.ts";
import { ensureDatabase, toApplicationUrl } from "./server-connection.ts";
import { readOrCreatePassword } from "./server-password.ts";
import { type ServerProcess, stopServerProcess } from "./server-process.ts";

export interface EmbeddedPostgresOptions {
  /** Holds the data (in root's case only the key to it), the password, the log and the lock. */
  readonly dataDir: string;
  /** A lock on `dataDir` that the caller already holds and releases; without it, one is taken until `stop`. */
  readonly lock?: ProcessLock;
  /** How long a draining predecessor is waited for when the lock is ours to take. Default 8,000. */
  readonly drainTimeoutMs?: number;
  readonly log?: (line: string) => void;
  /** Gives up the start; it does not stop a started server. */
  readonly signal?: AbortSignal;
  /** Only for tests: false gives up durability for speed. */
  readonly isDurable?: boolean;
  /** Where root keeps binaries and data; default `/var/lib/corral`. */
  readonly sharedDirectory?: string;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  /** `postgres://corral:…@127.0.0.1:<port>/corral`. Carries the password: never log it. */
  readonly url: string;
  readonly pid: number;
  /** Stops the server; close the pools first, their connections are ended after a second. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL from npm's binaries on `dataDir`, or adopts the one that a killed predecessor left there.
 *
 * @throws EmbeddedPostgresError with a code and a remedy; `already_running` names the process that has `dataDir`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await using starting = new AsyncDisposableStack();
  const dataDir = await prepareDataDir(options.dataDir);
  const lock = options.lock ?? starting.use(await acquireProcessLock(join(dataDir, "process.lock"), options));
  const cluster = await prepareCluster(dataDir, options.sharedDirectory ?? SHARED_DIRECTORY);
  const password = await readOrCreatePassword(cluster, await isInitialized(cluster));
  const server = await getServer(cluster, password, options);
  starting.defer(async () => stopServerProcess(server.identity));
  const address = { port: server.port, password };
  await ensureDatabase(address);

  const resources = starting.move();
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopped ??= (async () => {
      if (options.lock === undefined) await lock.markDraining();
      await resources.disposeAsync();
    })();
    return stopped;
  };
  return { url: toApplicationUrl(address), pid: server.identity.pid, stop, [Symbol.asyncDispose]: stop };
}

async function getServer(
  cluster: Cluster,
  password: string,
  { log = () => undefined, signal, isDurable = true }: EmbeddedPostgresOptions,
): Promise<ServerProcess> {
  const orphan = await adoptOrphan(cluster, { password, log, signal });
  if (orphan !== undefined) return orphan;
  await removeInterruptedWork(cluster);
  if (!(await isInitialized(cluster))) await initializeCluster(cluster, { password, isDurable });
  return launchServer(cluster, { isDurable, signal });
}

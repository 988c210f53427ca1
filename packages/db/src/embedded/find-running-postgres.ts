import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { prepareCluster, prepareDataDir, SHARED_DIRECTORY } from "./cluster.ts";
import { isServing, toApplicationUrl } from "./server-connection.ts";
import { findServerProcess } from "./server-process.ts";

const PROBE_TIMEOUT_MS = 2_000;
/** The process that holds the lock may just be starting its server. */
const START_TIMEOUT_MS = 15_000;

/**
 * The embedded server that another process runs on `dataDir`, for whoever wants to join it.
 *
 * @returns Its URL, which carries the password; `undefined` when none answers.
 */
export async function findRunningPostgres(options: {
  readonly dataDir: string;
  /** Where root keeps binaries and data; default `/var/lib/corral`. */
  readonly sharedDirectory?: string;
}): Promise<string | undefined> {
  const dataDir = await prepareDataDir(options.dataDir);
  const cluster = await prepareCluster(dataDir, options.sharedDirectory ?? SHARED_DIRECTORY);
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const file = (await findServerProcess(cluster.dataDirectory))?.file;
    const password = (await readFile(cluster.passwordFile, "utf8").catch(() => "")).trim();
    if (file?.isReady === true && file.port !== undefined) {
      const address = { port: file.port, password };
      if (await isServing(address, cluster.dataDirectory, PROBE_TIMEOUT_MS)) return toApplicationUrl(address);
    }
    await delay(100);
  }
  return undefined;
}

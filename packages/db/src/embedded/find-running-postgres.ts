import { realpath } from "node:fs/promises";

import { prepareCluster, SHARED_DIRECTORY } from "./cluster.ts";
import { isInitialized } from "./initialize-cluster.ts";
import { isServing, toApplicationUrl } from "./server-connection.ts";
import { readOrCreatePassword } from "./server-password.ts";
import { findServerProcess } from "./server-process.ts";

const PROBE_TIMEOUT_MS = 5_000;

/**
 * The address of the PostgreSQL that another process of ours runs on `dataDir`, for work beside it.
 *
 * @returns `undefined` when none runs. Carries the password: never log it.
 */
export async function findRunningPostgres(
  dataDir: string,
  sharedDirectory: string = SHARED_DIRECTORY,
): Promise<string | undefined> {
  const found = await realpath(dataDir).catch(() => undefined);
  if (found === undefined) return undefined;
  const cluster = await prepareCluster(found, sharedDirectory);
  const port = (await findServerProcess(cluster.dataDirectory))?.file.port;
  if (port === undefined || !(await isInitialized(cluster))) return undefined;
  const address = { port, password: await readOrCreatePassword(cluster, true) };
  const isThere = await isServing(address, cluster.dataDirectory, PROBE_TIMEOUT_MS);
  return isThere ? toApplicationUrl(address) : undefined;
}

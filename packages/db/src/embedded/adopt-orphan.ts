import { setTimeout as delay } from "node:timers/promises";

import type { Cluster } from "./cluster.ts";
import { isServing } from "./server-connection.ts";
import {
  disarmStalePostmasterFile,
  findServerProcess,
  type ServerProcess,
  stopServerProcess,
} from "./server-process.ts";

const PROBE_TIMEOUT_MS = 2_000;
/** An orphan may itself be recovering from a crash. */
const READY_TIMEOUT_MS = 30_000;

interface AdoptOptions {
  readonly password: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Takes over the server that a killed predecessor left running, so that no second one ever opens its data.
 * One that does not answer is stopped.
 */
export async function adoptOrphan(
  cluster: Cluster,
  options: AdoptOptions,
): Promise<ServerProcess | undefined> {
  const orphan = await findServerProcess(cluster.dataDirectory);
  if (orphan === undefined) {
    await disarmStalePostmasterFile(cluster.dataDirectory);
    return undefined;
  }
  const port = await waitForPort(cluster, options.signal);
  if (
    port !== undefined &&
    (await isServing({ port, password: options.password }, cluster.dataDirectory, PROBE_TIMEOUT_MS))
  ) {
    options.log(
      `Adopted PostgreSQL (process ${orphan.identity.pid}), which a killed predecessor had left running.`,
    );
    return { identity: orphan.identity, port };
  }
  options.log(
    `Stopping PostgreSQL (process ${orphan.identity.pid}), left by a predecessor, since it does not answer.`,
  );
  await stopServerProcess(orphan.identity);
  return undefined;
}

/** Waits while the orphan starts; undefined when it ends, or never becomes ready. */
async function waitForPort(cluster: Cluster, signal: AbortSignal | undefined): Promise<number | undefined> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const orphan = await findServerProcess(cluster.dataDirectory);
    if (orphan === undefined) return undefined;
    if (orphan.file.isReady) return orphan.file.port;
    await delay(50, undefined, { ...(signal && { signal }) });
  }
  return undefined;
}

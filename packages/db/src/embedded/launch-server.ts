import { type ChildProcess, spawn } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Cluster } from "./cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { findPostmasterFile } from "./postmaster-file.ts";
import { findProcess } from "./process-identity.ts";
import { type ServerProcess, stopServerProcess } from "./server-process.ts";
import { HOST, SERVER_ENVIRONMENT, toServerArguments } from "./server-settings.ts";

const MAX_LOG_BYTES = 10 * 1024 * 1024;
/** Long enough to replay 256 MB of WAL from a slow disk. */
const READY_TIMEOUT_MS = 120_000;
/** Backends of a killed server notice its death within this time, unless they compute. */
const RETRY_TIMEOUT_MS = 10_000;
/** Somebody took the port before PostgreSQL could, or backends of a killed predecessor are still leaving. */
const PASSING_FAILURE = /could not bind|could not create any TCP|pre-existing shared memory block/u;

interface LaunchOptions {
  readonly isDurable: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Starts PostgreSQL on the cluster's data directory and waits until it takes connections. */
export async function launchServer(cluster: Cluster, options: LaunchOptions): Promise<ServerProcess> {
  const retryUntilMs = performance.now() + RETRY_TIMEOUT_MS;
  for (;;) {
    options.signal?.throwIfAborted();
    await using log = await openLog(cluster.logFile);
    const { size } = await log.stat();
    const port = await findFreePort();
    const server = await launchOnce(cluster, { ...options, port, log });
    if (server !== undefined) return server;

    const reason = await readFrom(log, size);
    if (!PASSING_FAILURE.test(reason) || performance.now() > retryUntilMs) throw startFailed(cluster, reason);
    await delay(200);
  }
}

/** Undefined when the server ended instead of becoming ready; the log says why. */
async function launchOnce(
  cluster: Cluster,
  options: LaunchOptions & { readonly port: number; readonly log: FileHandle },
): Promise<ServerProcess | undefined> {
  // A process group of its own, else Ctrl-C would stop the database before our last rows are written.
  const child = spawn(
    join(cluster.binaries.directory, "bin", "postgres"),
    toServerArguments(cluster.dataDirectory, options),
    {
      ...cluster.account,
      cwd: cluster.directory,
      env: SERVER_ENVIRONMENT,
      detached: true,
      stdio: ["ignore", options.log.fd, options.log.fd],
    },
  );
  await waitForSpawn(child, cluster);
  child.unref();
  const identity = child.pid === undefined ? undefined : await findProcess(child.pid);
  if (identity === undefined) return undefined;

  try {
    const isReady = await waitUntilReady(child, cluster.dataDirectory, options.signal);
    return isReady ? { identity, port: options.port } : undefined;
  } catch (error) {
    await stopServerProcess(identity);
    throw error;
  }
}

async function waitForSpawn(child: ChildProcess, cluster: Cluster): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once("spawn", resolve);
  child.once("error", (error) => {
    reject(startFailed(cluster, error.message));
  });
  return promise;
}

async function waitUntilReady(
  child: ChildProcess,
  dataDirectory: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const file = await findPostmasterFile(dataDirectory);
    if (file?.pid === child.pid && file?.isReady) return true;
    if (performance.now() > deadlineMs) {
      throw new EmbeddedPostgresError("start_failed", {
        problem: `PostgreSQL was not ready after ${READY_TIMEOUT_MS / 1000} s.`,
        remedy: "Its log, postgres.log in the data directory, says what it waits for.",
      });
    }
    await delay(15, undefined, { ...(signal && { signal }) });
  }
  return false;
}

async function findFreePort(): Promise<number> {
  await using server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, HOST, resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has a port.");
  return address.port;
}

async function openLog(path: string): Promise<FileHandle> {
  const log = await open(path, "a+", 0o600);
  if ((await log.stat()).size > MAX_LOG_BYTES) await log.truncate();
  return log;
}

async function readFrom(log: FileHandle, position: number): Promise<string> {
  const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(4_096), position });
  return buffer.toString("utf8", 0, bytesRead).trim();
}

function startFailed(cluster: Cluster, reason: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError("start_failed", {
    problem: `PostgreSQL did not start on ${cluster.dataDirectory}: ${reason || "it ended without a word"}`,
    remedy: `See ${cluster.logFile}, or set DATABASE_URL to a PostgreSQL server.`,
  });
}

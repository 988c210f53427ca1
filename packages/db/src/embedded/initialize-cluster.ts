import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Cluster } from "./cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { giveTo } from "./server-account.ts";
import { SERVER_ENVIRONMENT, SUPERUSER } from "./server-settings.ts";
import { syncDirectory } from "./write-file-durably.ts";

const INITDB_TIMEOUT_MS = 120_000;
const WORK_PREFIX = ".postgres-init-";

interface InitializeOptions {
  readonly password: string;
  readonly isDurable: boolean;
}

export async function isInitialized(cluster: Cluster): Promise<boolean> {
  return (await stat(join(cluster.dataDirectory, "PG_VERSION")).catch(() => undefined)) !== undefined;
}

/**
 * Makes the data directory. It appears under its name only when it is complete, so whatever interrupts this,
 * the next start begins afresh.
 */
export async function initializeCluster(cluster: Cluster, options: InitializeOptions): Promise<void> {
  const work = await mkdtemp(join(cluster.directory, WORK_PREFIX));
  try {
    await chmod(work, 0o711);
    const data = join(work, "data");
    await mkdir(data, { mode: 0o700 });
    await giveTo(cluster.account, data);
    const passwordFile = join(work, "password");
    await writeFile(passwordFile, options.password, { flag: "wx", mode: 0o400 });
    await giveTo(cluster.account, passwordFile);
    await runInitdb(cluster, { ...options, data, passwordFile });
    await rename(data, cluster.dataDirectory);
    await syncDirectory(cluster.directory);
  } finally {
    await removeWork(work);
  }
}

/** Clears what an interrupted initialization left. */
export async function removeInterruptedWork(cluster: Cluster): Promise<void> {
  for (const name of await readdir(cluster.directory)) {
    if (name.startsWith(WORK_PREFIX)) await removeWork(join(cluster.directory, name));
  }
}

/** A killed initdb leaves a child that writes for another moment, hence the retries. */
async function removeWork(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

async function runInitdb(
  cluster: Cluster,
  options: InitializeOptions & { readonly data: string; readonly passwordFile: string },
): Promise<void> {
  const args = [
    `--pgdata=${options.data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${options.passwordFile}`,
    "--auth=scram-sha-256",
    // The same collation everywhere; natural sorting is ours.
    "--no-locale",
    "--encoding=UTF8",
    "--data-checksums",
    "--no-instructions",
    ...(options.isDurable ? [] : ["--no-sync"]),
  ];
  try {
    await promisify(execFile)(join(cluster.binaries.directory, "bin", "initdb"), args, {
      ...cluster.account,
      cwd: cluster.directory,
      env: SERVER_ENVIRONMENT,
      // No signal of the caller's: it takes a second, and killed halfway it leaks shared memory.
      timeout: INITDB_TIMEOUT_MS,
    });
  } catch (cause) {
    throw new EmbeddedPostgresError("init_failed", {
      problem: `initdb could not make a database in ${cluster.directory}: ${describeFailure(cause)}`,
      remedy: "Check free space and permissions there, or set DATABASE_URL to a PostgreSQL server.",
      cause,
    });
  }
}

function describeFailure(cause: unknown): string {
  const stderr = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : "";
  return stderr || String(cause);
}

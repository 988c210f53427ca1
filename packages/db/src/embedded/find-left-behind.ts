import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { findInstanceId, ownerFile, SHARED_DIRECTORY } from "./cluster.ts";
import { findServerAccount } from "./server-account.ts";
import { findServerProcess } from "./server-process.ts";

/** An embedded database that no data directory leads to any more. */
export interface LeftBehind {
  readonly directory: string;
  /** Where it was used from; `null` for one that was last used before this was noted. */
  readonly dataDir: string | null;
  readonly lastUsedAt: Date | null;
  /** The PostgreSQL that still runs on it. */
  readonly pid: number | null;
}

/**
 * Root's embedded databases outlive the clones that made them. Only looks: a clone may be on a disk that is not there
 * at the moment, and then its database is all that is left of it.
 *
 * @param dataDir Whose own database is not meant, whatever is noted beside it.
 */
export async function findLeftBehind(
  dataDir: string,
  sharedDirectory: string = SHARED_DIRECTORY,
): Promise<readonly LeftBehind[]> {
  // an ordinary user keeps the database in the data directory itself, and cannot look into root's
  if ((await findServerAccount()) === undefined) return [];
  const own = await findInstanceId(dataDir);
  const entries = await readdir(sharedDirectory, { withFileTypes: true }).catch(() => []);
  const ids = entries.flatMap((entry) => (entry.isDirectory() && isInstance(entry.name) ? entry.name : []));
  const found: LeftBehind[] = [];
  for (const id of ids.filter((name) => name !== own)) {
    const directory = join(sharedDirectory, id);
    const owner = await readFile(join(directory, ownerFile), "utf8").catch(() => null);
    if (owner !== null && (await findInstanceId(owner)) === id) continue;
    found.push({ directory, dataDir: owner, ...(await examine(directory)) });
  }
  return found;
}

function isInstance(name: string): boolean {
  return /^[0-9a-f]{16}$/u.test(name);
}

async function examine(directory: string): Promise<Pick<LeftBehind, "lastUsedAt" | "pid">> {
  const names = await readdir(directory).catch(() => []);
  let lastUsedAt: Date | null = null;
  let pid: number | null = null;
  for (const name of names.filter((one) => one.startsWith("postgres-"))) {
    const data = join(directory, name);
    // PostgreSQL writes it at every checkpoint, and when it stops
    const { mtime } = (await stat(join(data, "global", "pg_control")).catch(() => undefined)) ?? {};
    if (mtime !== undefined && (lastUsedAt === null || mtime > lastUsedAt)) lastUsedAt = mtime;
    pid ??= (await findServerProcess(data))?.identity.pid ?? null;
  }
  return { lastUsedAt, pid };
}

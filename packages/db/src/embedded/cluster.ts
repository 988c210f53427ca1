import { randomBytes } from "node:crypto";
import { mkdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { locateBinaries, type PostgresBinaries } from "./locate-binaries.ts";
import { findServerAccount, type ServerAccount } from "./server-account.ts";
import { makeSharedDirectory, stageBinaries } from "./stage-binaries.ts";
import { writeFileDurably } from "./write-file-durably.ts";

/** Where root keeps what an unprivileged account must reach. Not /tmp, which is cleaned. */
export const SHARED_DIRECTORY = "/var/lib/corral";

/** Beside root's database: the data directory that it is used from. */
export const ownerFile = "data-directory";

/** Where everything of one embedded server is, and who it runs as. */
export interface Cluster {
  readonly binaries: PostgresBinaries;
  /** Undefined when the server runs as we do. */
  readonly account: ServerAccount | undefined;
  /** Holds the data directory; never writable by `account`, so that root can work in it safely. */
  readonly directory: string;
  /** PostgreSQL's own directory, named by major version: 18's data does not open with 19. */
  readonly dataDirectory: string;
  /** Beside our other secrets, so that in root's case the account cannot read it from disk. */
  readonly passwordFile: string;
  readonly logFile: string;
}

export async function prepareDataDir(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return realpath(dataDir);
}

/** Decides where the server of `dataDir` lives and makes what it needs beforehand. Call it under the lock. */
export async function prepareCluster(dataDir: string, sharedDirectory: string): Promise<Cluster> {
  const [located, account] = await Promise.all([locateBinaries(), findServerAccount()]);
  const name = `postgres-${located.version.split(".", 1)[0] ?? located.version}`;
  await assertSameUser(dataDir, name, account);

  const binaries = account === undefined ? located : await stage(located, sharedDirectory);
  const directory = account === undefined ? dataDir : await makeInstanceDirectory(dataDir, sharedDirectory);
  return {
    binaries,
    account,
    directory,
    dataDirectory: join(directory, name),
    passwordFile: join(dataDir, "postgres-password"),
    logFile: join(dataDir, "postgres.log"),
  };
}

/** Which of root's databases is this data directory's; `undefined` when it has none. */
export async function findInstanceId(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, "instance.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return z.object({ instanceId: z.string().regex(/^[0-9a-f]{16}$/u) }).parse(JSON.parse(text)).instanceId;
}

async function makeInstanceDirectory(dataDir: string, sharedDirectory: string): Promise<string> {
  const known = await findInstanceId(dataDir);
  // Random, not a hash of the path: a second clone at the same path must not find the first one's data.
  const instanceId = randomBytes(8).toString("hex");
  if (known === undefined) {
    await writeFileDurably(join(dataDir, "instance.json"), `${JSON.stringify({ instanceId })}\n`);
  }
  const directory = join(sharedDirectory, known ?? instanceId);
  await makeSharedDirectory(directory);
  // so that somebody can tell whose it was when the data directory is gone
  const owner = await readFile(join(directory, ownerFile), "utf8").catch(() => undefined);
  if (owner !== dataDir) await writeFileDurably(join(directory, ownerFile), dataDir);
  return directory;
}

async function stage(located: PostgresBinaries, sharedDirectory: string): Promise<PostgresBinaries> {
  try {
    await makeSharedDirectory(sharedDirectory);
    return await stageBinaries(located, sharedDirectory);
  } catch (cause) {
    throw new EmbeddedPostgresError("staging_failed", {
      problem: `PostgreSQL cannot run as root, and ${sharedDirectory} cannot hold a copy for an unprivileged account: ${String(cause)}.`,
      remedy: `Make ${sharedDirectory} writable, start as an ordinary user, or set DATABASE_URL to a PostgreSQL server.`,
      cause,
    });
  }
}

/** Root and ordinary users keep their data in different places; changing sides would look like an empty database. */
async function assertSameUser(
  dataDir: string,
  name: string,
  account: ServerAccount | undefined,
): Promise<void> {
  const [hasOwnData, hasRootData] = await Promise.all([
    exists(join(dataDir, name)),
    exists(join(dataDir, "instance.json")),
  ]);
  const other = account === undefined ? hasRootData && !hasOwnData : hasOwnData;
  if (!other) return;
  throw new EmbeddedPostgresError("wrong_user", {
    problem: `The database of ${dataDir} was made by ${account === undefined ? "root" : "an ordinary user"}.`,
    remedy: "Start as that user again, or use another data directory (CORRAL_DATA_DIR).",
  });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

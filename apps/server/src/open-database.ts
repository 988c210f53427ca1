import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isDomainError } from "@corral/core";
import {
  assertSchemaIsCurrent,
  BackupError,
  createDatabase,
  DatabaseStartError,
  findSealingKey,
  migrate,
  type Database,
} from "@corral/db";
import {
  acquireProcessLock,
  EmbeddedPostgresError,
  findRunningPostgres,
  startEmbeddedPostgres,
  type ProcessLock,
} from "@corral/db/embedded";
import type { FastifyBaseLogger } from "fastify";
import type { Env } from "./env.ts";
import {
  createKeyFile,
  findRootKeys,
  isKeyFileOpen,
  keyFileOf,
  makeDataDir,
  readRootKeys,
} from "./root-key.ts";
import { StartError } from "./start-error.ts";

/** The migrated database and how it is reached. */
export type OpenDatabase = {
  readonly database: Database;
  readonly url: string;
  /** Tells a successor on the same data to wait for us. */
  readonly markDraining: () => Promise<void>;
};

export type OpenOptions = {
  readonly env: Env;
  readonly logger: FastifyBaseLogger;
  readonly signal: AbortSignal | undefined;
  /** A command: it joins the database of a running server, and changes no schema. */
  readonly isCommand: boolean;
};

/** Opens the configured server, or starts the embedded one on the data directory, which is then ours alone. */
export async function openDatabase(
  resources: AsyncDisposableStack,
  options: OpenOptions,
): Promise<OpenDatabase> {
  const { env, logger, isCommand } = options;
  // what is wrong with the key is said before anything is started
  const hasKey = (await findRootKeys(env)) !== undefined;
  if (!hasKey) await makeDataDir(env);
  const postgres = await openPostgres(resources, options);
  const { url, isOursAlone, markDraining } = postgres;
  await (isCommand ? explained(assertSchemaIsCurrent(url)) : migratePostgres(postgres, options));
  if (!hasKey) await makeFirstKey(env, { url, logger });
  if (await isKeyFileOpen(env)) {
    logger.warn(`Others than its owner may read ${keyFileOf(env)}. Take that right away: chmod 600.`);
  }
  const opening = createDatabase({ url, secretKey: () => readRootKeys(env), isOursAlone });
  const database = resources.use(await (isOursAlone ? opening : explained(opening)));
  return { database, url, markDraining };
}

/** A PostgreSQL that answers. */
export type OpenPostgres = {
  /** Carries the password: never log it. */
  readonly url: string;
  /** The lock on the data directory keeps every other process away. */
  readonly isOursAlone: boolean;
  readonly markDraining: () => Promise<void>;
};

/** The server of `DATABASE_URL`, or the embedded one: started, or for a command that of the running Corral. */
export async function openPostgres(
  resources: AsyncDisposableStack,
  options: OpenOptions,
): Promise<OpenPostgres> {
  const { env } = options;
  const nothing = async () => undefined;
  if (env.databaseUrl !== null) {
    return { url: env.databaseUrl.reveal(), isOursAlone: false, markDraining: nothing };
  }
  await makeDataDir(env);
  try {
    const { url, lock } = await startEmbedded(resources, options);
    // whoever starts meanwhile waits for a command instead of giving up
    if (options.isCommand) await lock.markDraining();
    return { url, isOursAlone: true, markDraining: () => lock.markDraining() };
  } catch (error) {
    if (!options.isCommand || !isTaken(error)) throw error;
    const url = await waitForRunning(env, options.signal);
    if (url === undefined) throw error;
    return { url, isOursAlone: false, markDraining: nothing };
  }
}

/** @returns How many migrations ran. */
export async function migratePostgres(
  { url }: Pick<OpenPostgres, "url">,
  { env, logger }: Pick<OpenOptions, "env" | "logger">,
): Promise<number> {
  const count = await (env.databaseUrl === null ? migrate(url) : explained(migrate(url)));
  if (count > 0) logger.info(`The database schema was brought up to date (${count} migrations).`);
  return count;
}

/** The process that has the data directory may just be starting its PostgreSQL. */
async function waitForRunning(
  { dataDir }: Env,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const deadlineMs = performance.now() + joinMs;
  for (;;) {
    const url = await findRunningPostgres(dataDir);
    if (url !== undefined || performance.now() > deadlineMs) return url;
    await delay(100, undefined, signal && { signal });
  }
}

const joinMs = 15_000;

function isTaken(error: unknown): boolean {
  return error instanceof EmbeddedPostgresError && error.code === "already_running";
}

/** Failures of a configured server, with what to do about them. */
export function explained<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw toReachError(error);
  });
}

/** A key that is lost is never replaced: what it sealed could not be opened with another one. */
async function makeFirstKey(
  env: Env,
  { url, logger }: { readonly url: string; readonly logger: FastifyBaseLogger },
): Promise<void> {
  const path = keyFileOf(env);
  const sealedBy = await findSealingKey(url);
  if (sealedBy !== undefined) {
    throw new StartError(
      `There is no secret key, and the database holds secrets that key ${sealedBy} sealed. ` +
        `Put it back as ${path}, or set CORRAL_SECRET_KEY; without it the stored keys of connections are lost.`,
    );
  }
  await createKeyFile(env);
  logger.info(
    `Made a secret key in ${path}. Back it up with the database: without it no stored key can be read.`,
  );
}

async function startEmbedded(
  resources: AsyncDisposableStack,
  { env, logger, signal: givenUp }: OpenOptions,
): Promise<{ readonly url: string; readonly lock: ProcessLock }> {
  const log = (line: string) => logger.info(line);
  const signal = givenUp && { signal: givenUp };
  const lock = resources.use(
    await acquireProcessLock(join(env.dataDir, "process.lock"), {
      drainTimeoutMs: env.drainMs,
      log,
      ...signal,
    }),
  );
  const { url } = resources.use(await startEmbeddedPostgres({ dataDir: env.dataDir, lock, log, ...signal }));
  return { url, lock };
}

/** What the system or PostgreSQL says when a configured server cannot be used. Names no password. */
function toReachError(error: unknown): unknown {
  const isOurs = error instanceof DatabaseStartError || error instanceof BackupError || isDomainError(error);
  if (!(error instanceof Error) || !("code" in error) || isOurs) return error;
  const reason = error.message === "" ? String(error.code) : error.message;
  return new StartError(
    `The PostgreSQL server of DATABASE_URL cannot be used: ${reason}. Check that it runs and that address, user, password and database are right.`,
    { cause: error },
  );
}

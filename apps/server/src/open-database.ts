import { join } from "node:path";
import { createDatabase, DatabaseStartError, findSealingKey, migrate, type Database } from "@corral/db";
import { acquireProcessLock, startEmbeddedPostgres, type ProcessLock } from "@corral/db/embedded";
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

/** Opens the configured server, or starts the embedded one on the data directory, which is then ours alone. */
export async function openDatabase(
  resources: AsyncDisposableStack,
  options: {
    readonly env: Env;
    readonly logger: FastifyBaseLogger;
    readonly signal: AbortSignal | undefined;
  },
): Promise<OpenDatabase> {
  const { env, logger, signal } = options;
  // what is wrong with the key is said before anything is started
  const hasKey = (await findRootKeys(env)) !== undefined;
  if (!hasKey || env.databaseUrl === null) await makeDataDir(env);
  const log = (line: string) => logger.info(line);
  const embedded =
    env.databaseUrl === null ? await startEmbedded(resources, { env, log, signal }) : undefined;
  const url = embedded?.url ?? env.databaseUrl?.reveal() ?? "";
  const count = await migrate(url).catch((error: unknown) => {
    throw env.databaseUrl === null ? error : toReachError(error);
  });
  if (count > 0) logger.info(`The database schema was brought up to date (${count} migrations).`);
  if (!hasKey) await makeFirstKey(env, { url, logger });
  if (await isKeyFileOpen(env)) {
    logger.warn(`Others than its owner may read ${keyFileOf(env)}. Take that right away: chmod 600.`);
  }
  const database = resources.use(
    // the lock on the data directory keeps every other process away
    await createDatabase({
      url,
      secretKey: () => readRootKeys(env),
      isOursAlone: embedded !== undefined,
    }),
  );
  return { database, url, markDraining: async () => embedded?.lock.markDraining() };
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
  options: {
    readonly env: Env;
    readonly log: (line: string) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<{ readonly url: string; readonly lock: ProcessLock }> {
  const { env, log } = options;
  const signal = options.signal && { signal: options.signal };
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
  if (!(error instanceof Error) || !("code" in error) || error instanceof DatabaseStartError) return error;
  const reason = error.message === "" ? String(error.code) : error.message;
  return new StartError(
    `The PostgreSQL server of DATABASE_URL cannot be used: ${reason}. Check that it runs and that address, user, password and database are right.`,
    { cause: error },
  );
}

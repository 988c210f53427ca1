import { join } from "node:path";
import { createDatabase, migrate, type Database } from "@corral/db";
import { acquireProcessLock, startEmbeddedPostgres, type ProcessLock } from "@corral/db/embedded";
import type { FastifyBaseLogger } from "fastify";
import type { Env } from "./env.ts";

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
  options: { readonly env: Env; readonly rootKey: Uint8Array; readonly logger: FastifyBaseLogger },
): Promise<OpenDatabase> {
  const { env, rootKey, logger } = options;
  const log = (line: string) => logger.info(line);
  const embedded = env.databaseUrl === null ? await startEmbedded(resources, { env, log }) : undefined;
  const url = embedded?.url ?? env.databaseUrl?.reveal() ?? "";
  const count = await migrate(url);
  if (count > 0) logger.info(`The database schema was brought up to date (${count} migrations).`);
  const database = resources.use(await createDatabase({ url, secretKey: rootKey }));
  return { database, url, markDraining: async () => embedded?.lock.markDraining() };
}

async function startEmbedded(
  resources: AsyncDisposableStack,
  { env, log }: { readonly env: Env; readonly log: (line: string) => void },
): Promise<{ readonly url: string; readonly lock: ProcessLock }> {
  const lock = resources.use(
    await acquireProcessLock(join(env.dataDir, "process.lock"), { drainTimeoutMs: env.drainMs, log }),
  );
  const { url } = resources.use(await startEmbeddedPostgres({ dataDir: env.dataDir, lock, log }));
  return { url, lock };
}

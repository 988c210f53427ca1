import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { listAppliedMigrations } from "./migrate.ts";
import { migrations } from "./migrations/migrations.ts";

/** What a database is like, for whoever looks for what is wrong with it. */
export type DatabaseFacts = {
  /** e.g. `18.4`. */
  readonly version: string;
  readonly versionNumber: number;
  /** Whether what was acknowledged survives a power cut. */
  readonly isDurable: boolean;
  /** Whether changes are announced at once: poolers between transactions keep them from whoever listens. */
  readonly announces: boolean;
  /** Of the database's clock before ours. */
  readonly clockAheadMs: number;
  readonly bytes: number;
  readonly pendingMigrations: readonly string[];
  /** Made by a newer version. */
  readonly unknownMigrations: readonly string[];
};

const listenMs = 2_000;

/** @throws whatever PostgreSQL or the network say. */
export async function inspectDatabase(url: string): Promise<DatabaseFacts> {
  const client = new Client({
    connectionString: url,
    application_name: "corral-doctor",
    connectionTimeoutMillis: 5_000,
  });
  // the query in flight rejects by itself
  client.on("error", () => undefined);
  await client.connect();
  try {
    const askedMs = Date.now();
    const { rows } = await client.query<{
      version: string;
      number: string;
      durable: boolean;
      ms: string;
      bytes: string;
    }>(
      `select current_setting('server_version') as version, current_setting('server_version_num') as number,
        current_setting('fsync') = 'on' as durable, extract(epoch from clock_timestamp()) * 1000 as ms,
        pg_database_size(current_database()) as bytes`,
    );
    const answeredMs = Date.now();
    const [row] = rows;
    if (row === undefined) throw new Error("PostgreSQL answered nothing.");
    const applied = await listAppliedMigrations(client);
    const known: readonly string[] = migrations.map(({ name }) => name);
    return {
      version: row.version,
      versionNumber: Number(row.number),
      isDurable: row.durable,
      announces: await hearsItself(client),
      clockAheadMs: Math.round(Number(row.ms) - (askedMs + answeredMs) / 2),
      bytes: Number(row.bytes),
      pendingMigrations: known.filter((name) => !applied.includes(name)),
      unknownMigrations: applied.filter((name) => !known.includes(name)),
    };
  } finally {
    await client.end();
  }
}

async function hearsItself(client: Client): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  client.once("notification", () => resolve(true));
  await client.query("listen corral_doctor");
  await client.query("notify corral_doctor");
  const stop = new AbortController();
  const timeUp = delay(listenMs, false, { signal: stop.signal }).catch(() => false);
  const heard = await Promise.race([promise, timeUp]);
  stop.abort();
  return heard;
}

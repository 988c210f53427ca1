import {
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type Driver,
  type TransactionSettings,
} from "kysely";
import { Pool, TypeOverrides } from "pg";

export type PoolSettings = {
  readonly url: string;
  readonly poolMax: number;
  /** As `pg_stat_activity` shows it. */
  readonly applicationName: string;
  /** `0`: none. */
  readonly statementTimeoutMs: number;
};

/** What MikroORM and Kysely talk to PostgreSQL through: one pool, timestamps as text, as MikroORM wants them. */
export class PooledDialect extends PostgresDialect {
  readonly #settings: PoolSettings;

  constructor(settings: PoolSettings) {
    super({ pool: async () => createPool(settings) });
    this.#settings = settings;
  }

  override createDriver(): Driver {
    return new ReleasingDriver({ pool: async () => createPool(this.#settings) });
  }
}

type PooledConnection = Parameters<PostgresDriver["releaseConnection"]>[0];

/**
 * Gives a connection back also when it dies inside a transaction. Kysely's own keeps it for ever then, because it
 * releases after a rollback that cannot succeed, and a pool of ten is exhausted by ten such losses.
 */
class ReleasingDriver extends PostgresDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    try {
      await super.beginTransaction(connection, settings);
    } catch (error) {
      await this.releaseConnection(connection as PooledConnection); // safe: this driver's pool gave it out
      throw error;
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // The server rolls back by itself when a connection ends, and the pool drops such a connection.
    await super.rollbackTransaction(connection).catch(() => undefined);
  }
}

/** Object identifiers of `date`, `timestamp`, `timestamptz` and `interval`. */
const timestampTypes = [1082, 1114, 1184, 1186];

function createPool(settings: PoolSettings): Pool {
  const types = new TypeOverrides();
  for (const oid of timestampTypes) types.setTypeParser(oid, (text) => text);
  const pool = new Pool({
    connectionString: settings.url,
    application_name: settings.applicationName,
    statement_timeout: settings.statementTimeoutMs,
    max: settings.poolMax,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    types,
  });
  // The query in flight rejects by itself; without listeners a lost connection would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

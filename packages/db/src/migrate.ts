import { MikroORM } from "@mikro-orm/postgresql";
import { Client } from "pg";
import { DatabaseStartError } from "./database-start-error.ts";
import { migrations } from "./migrations/migrations.ts";
import { toOrmOptions } from "./orm-options.ts";

/** Any number, as long as every version of Corral uses the same. */
const migrationLock = 4_207_301;

/**
 * Brings the schema up to this version. Several processes may call it at once: one migrates, the others wait.
 *
 * @param options.waitMs How long to wait for another process; two minutes when absent.
 * @returns How many migrations ran.
 * @throws DatabaseStartError `schema_too_new` when a newer version has been here, `schema_locked` when the wait is over.
 */
export async function migrate(
  url: string,
  options: {
    readonly waitMs?: number;
    /** The last one to run, for a schema as it was. */
    readonly to?: string;
  } = {},
): Promise<number> {
  await using lock = await holdLock(url, options.waitMs ?? 120_000);
  assertKnown(await listAppliedMigrations(lock.client));
  const orm = await MikroORM.init(
    toOrmOptions({ url, poolMax: 2, applicationName: "corral-migrate", statementTimeoutMs: 0 }),
  );
  try {
    return (await orm.migrator.up(options.to === undefined ? {} : { to: options.to })).length;
  } finally {
    await orm.close(true);
  }
}

/**
 * @throws DatabaseStartError `schema_outdated` or `schema_too_new` when the schema is not the one this version needs.
 */
export async function assertSchemaIsCurrent(url: string): Promise<void> {
  const client = await connect(url);
  try {
    const applied = await listAppliedMigrations(client);
    assertKnown(applied);
    if (migrations.every(({ name }) => applied.includes(name))) return;
  } finally {
    await client.end();
  }
  throw new DatabaseStartError(
    "schema_outdated",
    "The database has not been migrated to this version. Run `corral migrate`, or start the server, which does it.",
  );
}

/**
 * @throws DatabaseStartError `schema_too_new` where a newer version has been here, `schema_outdated` where none has.
 */
export async function assertSchemaIsKnown(url: string): Promise<void> {
  const client = await connect(url);
  try {
    const applied = await listAppliedMigrations(client);
    assertKnown(applied);
    if (applied.length > 0) return;
  } finally {
    await client.end();
  }
  throw new DatabaseStartError("schema_outdated", "The database is empty: no Corral has been here.");
}

function assertKnown(applied: readonly string[]): void {
  const known = new Set<string>(migrations.map(({ name }) => name));
  const newer = applied.filter((name) => !known.has(name));
  if (newer.length === 0) return;
  throw new DatabaseStartError(
    "schema_too_new",
    `The database was migrated by a newer version of Corral (${newer.join(", ")}). Start that version, or restore a backup made by this one.`,
  );
}

async function holdLock(url: string, waitMs: number): Promise<AsyncDisposable & { readonly client: Client }> {
  const client = await connect(url);
  try {
    await client.query(`set lock_timeout = ${Math.trunc(waitMs)}`);
    await client.query("select pg_advisory_lock($1)", [migrationLock]);
  } catch (error) {
    await client.end();
    if (!(error instanceof Error && "code" in error && error.code === "55P03")) throw error;
    throw new DatabaseStartError(
      "schema_locked",
      `Another process has been migrating this database for ${waitMs} ms. Wait for it, or end it.`,
    );
  }
  // The lock belongs to the connection and goes with it.
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: "corral-migrate",
    connectionTimeoutMillis: 5_000,
  });
  // Without a listener a server that goes away would end the process; the query in flight rejects by itself.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Names of the migrations that have run, oldest first. */
export async function listAppliedMigrations(client: Client): Promise<string[]> {
  const found = await client.query<{ name: string | null }>(
    "select to_regclass('schema_migrations')::text as name",
  );
  if ((found.rows[0]?.name ?? null) === null) return [];
  const { rows } = await client.query<{ name: string }>("select name from schema_migrations order by id");
  return rows.map(({ name }) => name);
}

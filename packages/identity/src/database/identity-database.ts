import type { AccountStatus, Role } from "@corral/access-control";
import type { ChangeAuthor, StoredKeyAllowList } from "@corral/core";
import {
  CamelCasePlugin,
  type ColumnType,
  type Generated,
  Kysely,
  PostgresDialect,
  sql,
  type Transaction,
} from "kysely";
import { Pool } from "pg";

/** The columns that this package touches itself, through the camel-case plug-in. The entities are the database package's. */
type IdentityTables = {
  users: {
    id: Generated<string>;
    role: Role;
    status: AccountStatus;
    isFirstAdministrator: Generated<boolean>;
  };
  accounts: { userId: string; providerId: string; password: string | null };
  sessions: { id: Generated<string>; userId: string; token: string; expiresAt: Date; createdAt: Date };
  apiKeys: {
    id: Generated<string>;
    userId: string;
    name: string;
    keyHash: string;
    masked: string;
    scopes: string[] | null;
    models: ColumnType<StoredKeyAllowList | null, string | null, string | null>;
    createdAt: Generated<Date>;
    lastUsedAt: Date | null;
    expiresAt: Date | null;
    revokedAt: Date | null;
  };
  /** `change` is a bigint, which the driver gives as text. */
  changeCounter: { id: number; change: string };
};

export type IdentityDatabase = Kysely<IdentityTables>;
export type IdentityTransaction = Transaction<IdentityTables>;

/**
 * A small pool of identity's own. The ORM's connections give times as text, and better-auth takes any text for a time
 * that has not come yet.
 */
export function openIdentityDatabase(options: {
  readonly url: string;
  readonly onLostConnection: (error: Error) => void;
}): IdentityDatabase {
  const pool = new Pool({
    connectionString: options.url,
    application_name: "corral-identity",
    max: 4,
    connectionTimeoutMillis: 3_000,
    query_timeout: 5_000,
    statement_timeout: 5_000,
  });
  pool.on("error", options.onLostConnection);
  // The pool only listens while a connection is idle; one that is lost between two queries would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new Kysely<IdentityTables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin()],
  });
}

/** A transaction whose changes the log attributes to `author`. */
export async function writeAs<T>(
  database: IdentityDatabase,
  author: ChangeAuthor,
  work: (transaction: IdentityTransaction) => Promise<T>,
): Promise<T> {
  return database.transaction().execute(async (transaction) => {
    await sql`select
      set_config('corral.actor', ${author.actorId ?? "system"}, true),
      set_config('corral.action', ${author.action}, true),
      set_config('corral.request_id', ${author.requestId ?? ""}, true)`.execute(transaction);
    return work(transaction);
  });
}

/** Number of the last committed change: whoever has seen it has seen every write that ended before. */
export async function readLastChange(database: IdentityDatabase): Promise<number> {
  const { change } = await database.selectFrom("changeCounter").select("change").executeTakeFirstOrThrow();
  return Number(change);
}

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
    name: string;
    email: string;
    role: Role;
    status: AccountStatus;
    kind: Generated<"person" | "service">;
    createdAt: Generated<Date>;
    isFirstAdministrator: Generated<boolean>;
    twoFactorEnabled: Generated<boolean>;
  };
  twoFactors: { userId: string };
  passkeys: { id: Generated<string>; userId: string; name: string | null; createdAt: Date | null };
  accounts: {
    userId: string;
    accountId: string;
    providerId: string;
    password: string | null;
    updatedAt: Generated<Date>;
  };
  sessions: {
    id: Generated<string>;
    userId: string;
    token: string;
    expiresAt: Date;
    createdAt: Date;
    updatedAt: Date;
    ipAddress: string | null;
    userAgent: string | null;
  };
  accountLinks: {
    id: Generated<string>;
    kind: "invitation" | "password";
    tokenHash: string;
    email: string | null;
    role: "user" | "admin" | null;
    userId: string | null;
    createdBy: string | null;
    createdAt: Generated<Date>;
    expiresAt: Date;
    usedAt: Date | null;
    revokedAt: Date | null;
  };
  accountLinkGroups: { linkId: string; groupId: string };
  groups: { id: string };
  groupMembers: { groupId: string; userId: string };
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

/** Writes a line about what no watched table shows, such as a new password. */
export async function noteUser(
  transaction: IdentityTransaction,
  userId: string,
  details: Readonly<Record<string, string>>,
): Promise<void> {
  await sql`select corral_write_change(
    'user', ${userId}, corral_take_number(false), false, null, ${JSON.stringify(details)}::jsonb, 'note'
  )`.execute(transaction);
}

/** From here to its end, the transaction's changes are this account's own. Lines are written when it commits. */
export async function attributeTo(transaction: IdentityTransaction, userId: string): Promise<void> {
  await sql`select set_config('corral.actor', ${userId}, true)`.execute(transaction);
}

/** Number of the last committed change: whoever has seen it has seen every write that ended before. */
export async function readLastChange(database: IdentityDatabase): Promise<number> {
  const { change } = await database.selectFrom("changeCounter").select("change").executeTakeFirstOrThrow();
  return Number(change);
}

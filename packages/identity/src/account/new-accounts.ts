import type { Role } from "@corral/access-control";
import { type ChangeAuthor, type ClientInfo, DomainError, type User } from "@corral/core";
import { sql } from "kysely";
import type { BetterAuth } from "../better-auth/create-better-auth.ts";
import {
  attributeTo,
  type IdentityDatabase,
  type IdentityTransaction,
  writeAs,
} from "../database/identity-database.ts";
import { hashPassword } from "../password/hash-password.ts";
import type { Turns } from "../password/turns.ts";
import type { NewAccount } from "./parse-account.ts";

type Options = { readonly database: IdentityDatabase; readonly auth: BetterAuth; readonly turns: Turns };

/** A role, or `first`: administrator, if nobody is yet. */
export type NewRole = Role | "first";
type Session = { readonly token: string; readonly expiresAt: Date };

/** What an account comes from, when somebody is let in by a link. */
export type Entry = {
  /** Before anything is written: of many who come with it at once, one gets past here. */
  readonly claim: (transaction: IdentityTransaction) => Promise<void>;
  readonly settle: (transaction: IdentityTransaction, userId: string) => Promise<void>;
};

/** Writes accounts: user, password and (for somebody who is here) session in one transaction. */
export class NewAccounts {
  readonly #options: Options;
  #hasAdministrator = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Once there is an administrator there always is one: the database keeps the last. */
  async needsAdministrator(): Promise<boolean> {
    if (this.#hasAdministrator) return false;
    const found = await this.#options.database
      .selectFrom("users")
      .select("id")
      .where((where) => where.or([where("role", "=", "admin"), where("isFirstAdministrator", "=", true)]))
      .executeTakeFirst();
    this.#hasAdministrator = found !== undefined;
    return !this.#hasAdministrator;
  }

  /** @throws DomainError `signup_closed` when somebody else was first. */
  async insert(
    account: NewAccount,
    role: NewRole,
    request: { readonly author: ChangeAuthor; readonly client?: ClientInfo; readonly entry?: Entry },
  ): Promise<{ user: User; session: Session | undefined }> {
    const { database, auth, turns } = this.#options;
    // Before the transaction: nobody waits for a turn with a connection in hand.
    const hash = await turns.run(async () => {
      if (role === "first" && !(await this.needsAdministrator())) throw lateComer();
      return hashPassword(account.password);
    });
    const { author, client, entry } = request;
    return writeAs(database, author, async (transaction) =>
      auth.within(transaction, async () => {
        await entry?.claim(transaction);
        const user = await this.#insertUser(account, { role, hash, transaction });
        await entry?.settle(transaction, user.id);
        if (client === undefined) return { user, session: undefined };
        await attributeTo(transaction, user.id);
        return { user, session: await startSession(auth, user.id, client) };
      }),
    );
  }

  async #insertUser(
    account: NewAccount,
    { role, hash, transaction }: { role: NewRole; hash: string; transaction: IdentityTransaction },
  ): Promise<User> {
    const { internal } = this.#options.auth;
    const { email, name } = account;
    const isFirst = role === "first";
    const row = await internal.createUser(
      { email, name, emailVerified: false, role: isFirst ? "pending" : role, status: "active" },
      { method: "admin" },
    );
    await internal.linkAccount({
      userId: row.id,
      accountId: row.id,
      providerId: "credential",
      password: hash,
    });
    if (isFirst && !(await claimAdministration(transaction, row.id))) throw lateComer();
    return {
      id: row.id,
      name,
      email,
      role: isFirst ? "admin" : role,
      status: "active",
      kind: "person",
      createdAt: row.createdAt.toISOString(),
    };
  }
}

/** A new session for somebody who is here. */
export async function startSession(auth: BetterAuth, userId: string, client: ClientInfo): Promise<Session> {
  return auth.internal.createSession(userId, false, {
    ipAddress: client.address,
    userAgent: client.userAgent.slice(0, 512),
  });
}

/** The database decides who is first: of many who ask at once, one is told `true`. */
async function claimAdministration(transaction: IdentityTransaction, userId: string): Promise<boolean> {
  const { rows } = await sql<{ claimed: boolean }>`
    select corral_claim_first_administrator(${userId}) as claimed`.execute(transaction);
  return rows[0]?.claimed === true;
}

function lateComer(): DomainError {
  return new DomainError("signup_closed", "Somebody else has just become the administrator.");
}

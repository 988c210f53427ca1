import {
  type Actor,
  type Catalog,
  type ClientInfo,
  DomainError,
  type Passwords,
  Secret,
  type SignedIn,
} from "@corral/core";
import type { BetterAuth } from "../better-auth/create-better-auth.ts";
import { type IdentityDatabase, noteUser, writeAs } from "../database/identity-database.ts";
import { assertPassword } from "../password/assert-password.ts";
import { hashPassword, verifyPassword } from "../password/hash-password.ts";
import type { Turns } from "../password/turns.ts";
import type { FailureLimiter } from "../sign-in/failure-limiter.ts";
import { networkOf } from "../sign-in/network-of.ts";
import { acknowledged } from "./acknowledged.ts";
import { startSession } from "./new-accounts.ts";

type Options = {
  readonly database: IdentityDatabase;
  readonly catalog: Pick<Catalog, "acknowledge" | "current">;
  readonly auth: BetterAuth;
  readonly turns: Turns;
  readonly limiter: FailureLimiter;
};

/** {@link Passwords}: whoever has only found an open browser neither learns the password nor changes it. */
export class OwnPassword implements Passwords {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async change(
    actor: Actor,
    { current, next }: { readonly current: string; readonly next: string },
    client: ClientInfo,
  ): Promise<SignedIn> {
    const { limiter, turns } = this.#options;
    const { email, name } = actor;
    assertPassword(next, { email, name });
    const names = [`account:${email.toLowerCase()}`, `network:${networkOf(client.address)}`];
    limiter.assertAllowed(names);
    return acknowledged(this.#options, async () =>
      turns.run(async () => {
        // Again: those who waited before us may have failed meanwhile.
        limiter.assertAllowed(names);
        const old = await this.#readHash(actor.principal.userId);
        // As at sign-in: an account without a password costs a hash too.
        if (!(await verifyPassword({ hash: old ?? "", password: current })) || old === undefined) {
          limiter.noteFailure(names);
          throw wrongCurrent();
        }
        return this.#replace(actor, { old, hash: await hashPassword(next) }, client);
      }),
    );
  }

  async #readHash(userId: string): Promise<string | undefined> {
    const account = await this.#options.database
      .selectFrom("accounts")
      .select("password")
      .where("userId", "=", userId)
      .where("providerId", "=", "credential")
      .executeTakeFirst();
    return account?.password ?? undefined;
  }

  async #replace(
    { principal, email, name }: Actor,
    { old, hash }: { readonly old: string; readonly hash: string },
    client: ClientInfo,
  ): Promise<SignedIn> {
    const { database, auth } = this.#options;
    const { userId, role, status } = principal;
    const author = { actorId: userId, requestId: client.requestId, action: "auth.changePassword" };
    return writeAs(database, author, async (transaction) =>
      auth.within(transaction, async () => {
        const { numUpdatedRows } = await transaction
          .updateTable("accounts")
          .set({ password: hash, updatedAt: new Date() })
          .where("userId", "=", userId)
          .where("providerId", "=", "credential")
          .where("password", "=", old)
          .executeTakeFirst();
        // Somebody else was first, and the current password is another one by now.
        if (numUpdatedRows === 0n) throw wrongCurrent();
        await transaction.deleteFrom("sessions").where("userId", "=", userId).execute();
        await noteUser(transaction, userId, { password: "changed" });
        const { token, expiresAt } = await startSession(auth, userId, client);
        const user = await transaction
          .selectFrom("users")
          .select(["createdAt"])
          .where("id", "=", userId)
          .executeTakeFirstOrThrow();
        return {
          user: {
            id: userId,
            name,
            email,
            role,
            status,
            kind: "person",
            createdAt: user.createdAt.toISOString(),
          },
          token: new Secret(token),
          expiresAt: expiresAt.toISOString(),
        };
      }),
    );
  }
}

function wrongCurrent(): DomainError {
  return new DomainError("invalid_input", "The current password is wrong.", {
    details: { issues: [{ path: ["currentPassword"], message: "is wrong" }] },
  });
}

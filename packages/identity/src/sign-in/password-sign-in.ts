import { accountStatuses, type AccountStatus, type Role, roles } from "@corral/access-control";
import { type ClientInfo, DomainError, isDomainError, limits, Secret, type SignedIn } from "@corral/core";
import { emailSchema } from "../account/parse-account.ts";
import { addressHeader, type BetterAuth } from "../better-auth/create-better-auth.ts";
import type { IdentityDatabase } from "../database/identity-database.ts";
import { toIdentityError, wrongPassword } from "../database/to-identity-error.ts";
import { hashPassword, needsRehash } from "../password/hash-password.ts";
import type { Turns } from "../password/turns.ts";
import type { FailureLimiter } from "./failure-limiter.ts";
import type { FailureRecorder } from "./failure-recorder.ts";
import { networkOf } from "./network-of.ts";

type Options = {
  readonly database: IdentityDatabase;
  readonly auth: BetterAuth;
  readonly turns: Turns;
  readonly limiter: FailureLimiter;
  readonly failures: Pick<FailureRecorder, "note">;
  readonly now: () => number;
};

type Attempt = { readonly email: string; readonly password: string; readonly names: readonly string[] };

/** Sign-in with e-mail and password. Each makes a new session; a token that somebody brings is never adopted. */
export class PasswordSignIn {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** @throws DomainError `unauthenticated`, the same whether the account is unknown, suspended or the password wrong. */
  async run(
    input: { readonly email: string; readonly password: string },
    client: ClientInfo,
  ): Promise<SignedIn> {
    const { limiter, turns } = this.#options;
    const email = parseEmail(input.email);
    const account = `account:${email}`;
    const attempt = {
      email,
      password: input.password,
      names: [account, `network:${networkOf(client.address)}`],
    };
    limiter.assertAllowed(attempt.names);
    return turns.run(async () => {
      // Again: those who waited before us may have failed meanwhile.
      limiter.assertAllowed(attempt.names);
      const signedIn = await this.#attempt(attempt, client);
      limiter.noteSuccess(account);
      await this.#renewHash(signedIn.user.id, input.password);
      return signedIn;
    });
  }

  async #attempt({ email, password, names }: Attempt, client: ClientInfo): Promise<SignedIn> {
    try {
      const { token, user } = await this.#options.auth.api.signInEmail({
        body: { email, password },
        headers: { [addressHeader]: client.address, "user-agent": client.userAgent.slice(0, 512) },
      });
      return {
        user: {
          id: user.id,
          name: user.name,
          email: user.email,
          role: toRole(user.role),
          status: toStatus(user.status),
          // A program's account has no password.
          kind: "person",
          createdAt: user.createdAt.toISOString(),
        },
        token: new Secret(token),
        expiresAt: new Date(this.#options.now() + limits.sessionIdleMs).toISOString(),
      };
    } catch (cause) {
      const error = toIdentityError(cause);
      if (isDomainError(error) && error.code === "unauthenticated") {
        this.#options.limiter.noteFailure(names);
        this.#options.failures.note(email, networkOf(client.address));
      }
      throw error;
    }
  }

  /** Passwords are only here at sign-in: the moment to store them as dearly as today's parameters ask. */
  async #renewHash(userId: string, password: string): Promise<void> {
    const { database } = this.#options;
    const account = await database
      .selectFrom("accounts")
      .select("password")
      .where("userId", "=", userId)
      .where("providerId", "=", "credential")
      .executeTakeFirst();
    const old = account?.password ?? null;
    if (old === null || !needsRehash(old)) return;
    await database
      .updateTable("accounts")
      .set({ password: await hashPassword(password) })
      .where("userId", "=", userId)
      .where("password", "=", old)
      .execute();
  }
}

/** What is no address belongs to no account. */
function parseEmail(text: string): string {
  const email = emailSchema.safeParse(text);
  if (!email.success) throw new DomainError("unauthenticated", wrongPassword);
  return email.data;
}

function toRole(text: unknown): Role {
  return roles.find((role) => role === text) ?? "pending";
}

function toStatus(text: unknown): AccountStatus {
  return accountStatuses.find((status) => status === text) ?? "suspended";
}

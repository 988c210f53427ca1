import { setTimeout as pause } from "node:timers/promises";
import { type ClientInfo, DomainError, isDomainError, limits, Secret, type SignedIn } from "@corral/core";
import { emailSchema } from "../account/parse-account.ts";
import { addressHeader } from "../better-auth/create-better-auth.ts";
import type { IdentityDatabase } from "../database/identity-database.ts";
import { toIdentityError, wrongPassword } from "../database/to-identity-error.ts";
import { hashPassword, needsRehash } from "../password/hash-password.ts";
import type { Turns } from "../password/turns.ts";
import type { SignInWithCode } from "../second-factor/sign-in-with-code.ts";
import type { FailureLimiter } from "./failure-limiter.ts";
import type { FailureRecorder } from "./failure-recorder.ts";
import { networkOf } from "./network-of.ts";
import { toUser } from "./to-user.ts";

type Options = {
  readonly database: IdentityDatabase;
  readonly codes: SignInWithCode;
  readonly turns: Turns;
  readonly limiter: FailureLimiter;
  readonly failures: Pick<FailureRecorder, "note">;
  readonly now: () => number;
};

type Attempt = {
  readonly email: string;
  readonly password: string;
  readonly code: string | undefined;
  readonly names: readonly string[];
};

/** Guesses. The right password without the code that it takes is none. */
const guesses: ReadonlySet<string> = new Set(["unauthenticated", "second_factor_invalid"]);

/**
 * Refusals leave at whole multiples of this after they came: how far an account was looked up takes a few milliseconds
 * more or less, which the hash alone does not hide.
 */
const refusalStepMs = 50;

/** Sign-in with e-mail and password. Each makes a new session; a token that somebody brings is never adopted. */
export class PasswordSignIn {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * @throws DomainError `unauthenticated`, the same whether the account is unknown, suspended or the password wrong;
   *   `second_factor_required`, `second_factor_invalid` for whom knows the password.
   */
  async run(
    input: { readonly email: string; readonly password: string; readonly code?: string | undefined },
    client: ClientInfo,
  ): Promise<SignedIn> {
    const { limiter, turns } = this.#options;
    const email = parseEmail(input.email);
    const account = `account:${email}`;
    const attempt = {
      email,
      password: input.password,
      code: input.code,
      names: [account, `network:${networkOf(client.address)}`],
    };
    limiter.assertAllowed(attempt.names);
    const cameMs = performance.now();
    try {
      return await turns.run(async () => {
        // Again: those who waited before us may have failed meanwhile.
        limiter.assertAllowed(attempt.names);
        const signedIn = await this.#attempt(attempt, client);
        limiter.noteSuccess(account);
        await this.#renewHash(signedIn.user.id, input.password);
        return signedIn;
      });
    } catch (error) {
      // after the turn, which others wait for
      if (isGuess(error)) await pause(refusalStepMs - ((performance.now() - cameMs) % refusalStepMs));
      throw error;
    }
  }

  async #attempt({ names, ...input }: Attempt, client: ClientInfo): Promise<SignedIn> {
    try {
      const { token, user } = await this.#options.codes.run(input, {
        [addressHeader]: client.address,
        "user-agent": client.userAgent.slice(0, 512),
      });
      return {
        user: toUser(user),
        token: new Secret(token),
        expiresAt: new Date(this.#options.now() + limits.sessionIdleMs).toISOString(),
      };
    } catch (cause) {
      const error = toIdentityError(cause);
      if (isGuess(error)) {
        this.#options.limiter.noteFailure(names);
        this.#options.failures.note(input.email, networkOf(client.address));
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

function isGuess(error: unknown): boolean {
  return isDomainError(error) && guesses.has(error.code);
}

/** What is no address belongs to no account. */
function parseEmail(text: string): string {
  const email = emailSchema.safeParse(text);
  if (!email.success) throw new DomainError("unauthenticated", wrongPassword);
  return email.data;
}

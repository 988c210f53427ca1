import { DomainError } from "@corral/core";
import { LRUCache } from "lru-cache";
import type { BetterAuth } from "../better-auth/create-better-auth.ts";
import type { IdentityDatabase } from "../database/identity-database.ts";
import { type SecondFactorAuth, toCookies, fromCookies } from "./second-factor-auth.ts";
import { toSecondFactorError } from "./second-factor-error.ts";

type Input = { readonly email: string; readonly password: string; readonly code: string | undefined };
type Options = {
  readonly database: IdentityDatabase;
  readonly auth: BetterAuth;
  readonly load: () => Promise<SecondFactorAuth>;
};
type Started = {
  readonly token: string;
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly role?: unknown;
    readonly status?: unknown;
    readonly createdAt: Date;
  };
};

/** Longer than any code is good for: the half minute of its own, and one on either side. */
const codeMs = 2 * 60_000;

/** Signs in with the password, and with a code where the account asks for one: in one call, so that nothing is kept between. */
export class SignInWithCode {
  readonly #options: Options;
  readonly #used = new LRUCache<string, true>({ max: 10_000, ttl: codeMs });

  constructor(options: Options) {
    this.#options = options;
  }

  /** @throws DomainError `second_factor_required` for the right password alone, `second_factor_invalid`, and better-auth's errors. */
  async run(input: Input, headers: Readonly<Record<string, string>>): Promise<Started> {
    const { email, password, code } = input;
    if (!(await this.#asksForCode(email))) {
      return this.#options.auth.api.signInEmail({ body: { email, password }, headers });
    }
    const auth = await this.#options.load();
    const begun = await auth.api.signInEmail({ body: { email, password }, headers, returnHeaders: true });
    // Switched off meanwhile.
    if (!("twoFactorRedirect" in begun.response)) return begun.response;
    if (code === undefined) throw new DomainError("second_factor_required");
    return this.#verify(auth, {
      email,
      code,
      headers: { ...headers, cookie: fromCookies(toCookies(begun.headers)) },
    });
  }

  async #verify(
    auth: SecondFactorAuth,
    {
      email,
      code,
      headers,
    }: { readonly email: string; readonly code: string; readonly headers: Record<string, string> },
  ): Promise<Started> {
    const name = `${email} ${code}`;
    if (this.#used.has(name)) throw new DomainError("second_factor_invalid");
    const isOfApp = /^\d{6}$/u.test(code);
    // Before the answer: of two at the same time, one is too late.
    if (isOfApp) this.#used.set(name, true);
    try {
      const { token, user } = isOfApp
        ? await auth.api.verifyTOTP({ body: { code }, headers })
        : await auth.api.verifyBackupCode({ body: { code }, headers });
      if (token === undefined) throw new Error("The plug-in began no session.");
      return { token, user };
    } catch (error) {
      throw toSecondFactorError(error);
    }
  }

  async #asksForCode(email: string): Promise<boolean> {
    const user = await this.#options.database
      .selectFrom("users")
      .select("twoFactorEnabled")
      .where((where) => where(where.fn<string>("lower", ["email"]), "=", email))
      .executeTakeFirst();
    return user?.twoFactorEnabled === true;
  }
}

import {
  type Actor,
  assertAdministrator,
  type Catalog,
  type ClientInfo,
  DomainError,
  isDomainError,
  limits,
  type PresentedCredential,
  Secret,
  type SecondFactors,
  type Self,
  type SignedIn,
} from "@corral/core";
import { acknowledged } from "../account/acknowledged.ts";
import { hashCredential } from "../credential/hash-credential.ts";
import { type SessionCookie, signSessionToken, unsignSessionToken } from "../credential/session-cookie.ts";
import { type IdentityDatabase, noteUser, writeAs } from "../database/identity-database.ts";
import { withIdentityErrors } from "../database/to-identity-error.ts";
import type { Turns } from "../password/turns.ts";
import type { FailureLimiter } from "../sign-in/failure-limiter.ts";
import { networkOf } from "../sign-in/network-of.ts";
import { toUser } from "../sign-in/to-user.ts";
import { type SecondFactorAuth, toCookies } from "./second-factor-auth.ts";
import { notOn, toSecondFactorError } from "./second-factor-error.ts";

export type SecondFactorOptions = {
  readonly database: IdentityDatabase;
  readonly catalog: Pick<Catalog, "acknowledge">;
  /** Loaded at the first use. */
  readonly load: () => Promise<SecondFactorAuth>;
  readonly cookie: Pick<SessionCookie, "name">;
  readonly secret: Secret;
  readonly turns: Turns;
  readonly limiter: FailureLimiter;
  readonly now: () => number;
};

/** {@link SecondFactors} by better-auth's plug-in. Wrong passwords and codes count as failed sign-ins. */
export class OneTimeCodes implements SecondFactors {
  readonly #options: SecondFactorOptions;

  constructor(options: SecondFactorOptions) {
    this.#options = options;
  }

  async isOn({ principal }: Actor): Promise<boolean> {
    return withIdentityErrors(async () => {
      const user = await this.#options.database
        .selectFrom("users")
        .select("twoFactorEnabled")
        .where("id", "=", principal.userId)
        .executeTakeFirst();
      return user?.twoFactorEnabled === true;
    });
  }

  async enroll(self: Self, password: string) {
    const enrolled = await this.#guarded(self, async (auth, headers) =>
      auth.api.enableTwoFactor({ body: { password, method: "totp" }, headers }),
    );
    if (enrolled.method !== "totp") throw new Error("The plug-in enrolled something else than an app.");
    return { uri: new Secret(enrolled.totpURI), backupCodes: toSecrets(enrolled.backupCodes) };
  }

  async confirm(self: Self, code: string): Promise<SignedIn> {
    if (await this.isOn(self.actor))
      throw new DomainError("invalid_input", "The second factor is on already.");
    const { headers, response } = await this.#guarded(self, async (auth, sent) =>
      auth.api.verifyTOTP({ body: { code }, headers: sent, returnHeaders: true }),
    );
    const done = { action: "auth.secondFactor.confirm", note: "on" };
    return this.#renew(self, { ...done, headers, user: toUser(response.user) });
  }

  async renewBackupCodes(self: Self, password: string): Promise<readonly Secret[]> {
    const { backupCodes } = await this.#guarded(self, async (auth, headers) =>
      auth.api.generateBackupCodes({ body: { password }, headers }),
    );
    await this.#note(self, { action: "auth.secondFactor.renewBackupCodes", note: "new backup codes" });
    return toSecrets(backupCodes);
  }

  async remove(self: Self, password: string): Promise<SignedIn> {
    const { actor } = self;
    if (!(await this.isOn(actor))) throw notOn();
    const { headers } = await this.#guarded(self, async (auth, sent) =>
      auth.api.disableTwoFactor({ body: { password }, headers: sent, returnHeaders: true }),
    );
    const user = await this.#options.database
      .selectFrom("users")
      .select(["id", "name", "email", "role", "status", "createdAt"])
      .where("id", "=", actor.principal.userId)
      .executeTakeFirstOrThrow();
    const done = { action: "auth.secondFactor.remove", note: "off" };
    return this.#renew(self, { ...done, headers, user: toUser(user) });
  }

  async reset(actor: Actor, userId: string, client: ClientInfo): Promise<void> {
    assertAdministrator(actor);
    const { database } = this.#options;
    const author = {
      actorId: actor.principal.userId,
      requestId: client.requestId,
      action: "auth.secondFactor.reset",
    };
    await acknowledged(this.#options, async () =>
      writeAs(database, author, async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable("users")
          .set({ twoFactorEnabled: false })
          .where("id", "=", userId)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw new DomainError("user_not_found");
        await transaction.deleteFrom("twoFactors").where("userId", "=", userId).execute();
        await transaction.deleteFrom("passkeys").where("userId", "=", userId).execute();
        await transaction.deleteFrom("sessions").where("userId", "=", userId).execute();
        await noteUser(transaction, userId, { secondFactor: "off", passkeys: "removed" });
      }),
    );
  }

  /** One attempt, with the caller's own session, as slow and as few as sign-ins are. */
  async #guarded<T>(
    { actor, presented, client }: Self,
    work: (auth: SecondFactorAuth, headers: { readonly cookie: string }) => Promise<T>,
  ): Promise<T> {
    const { limiter, turns, load } = this.#options;
    const names = [`account:${actor.email.toLowerCase()}`, `network:${networkOf(client.address)}`];
    limiter.assertAllowed(names);
    return turns.run(async () => {
      // Again: those who waited before us may have failed meanwhile.
      limiter.assertAllowed(names);
      try {
        return await work(await load(), { cookie: toSessionCookie(presented, this.#options) });
      } catch (cause) {
        const error = toSecondFactorError(cause);
        const isGuess =
          isDomainError(error) &&
          (error.code === "second_factor_invalid" || error.message === "The password is wrong.");
        if (isGuess) limiter.noteFailure(names);
        throw error;
      }
    });
  }

  /** The plug-in has begun a new session in place of the old one; all others end. */
  async #renew(
    self: Self,
    done: {
      readonly headers: Headers;
      readonly user: SignedIn["user"];
      readonly action: string;
      readonly note: string;
    },
  ): Promise<SignedIn> {
    const { cookie, secret, now } = this.#options;
    const value = decodeURIComponent(toCookies(done.headers).get(cookie.name) ?? "");
    const token = unsignSessionToken(value, secret);
    if (token === undefined) throw new Error("The plug-in began no session.");
    await this.#note(self, { ...done, keeps: hashCredential(token) });
    return {
      user: done.user,
      token: new Secret(token),
      expiresAt: new Date(now() + limits.sessionIdleMs).toISOString(),
    };
  }

  async #note(
    { actor, client }: Self,
    { action, note, keeps }: { readonly action: string; readonly note: string; readonly keeps?: string },
  ): Promise<void> {
    const { userId } = actor.principal;
    const author = { actorId: userId, requestId: client.requestId, action };
    await acknowledged(this.#options, async () =>
      writeAs(this.#options.database, author, async (transaction) => {
        if (keeps !== undefined) {
          const others = transaction.deleteFrom("sessions").where("userId", "=", userId);
          await others.where("token", "!=", keeps).execute();
        }
        await noteUser(transaction, userId, { secondFactor: note });
      }),
    );
  }
}

/** The session that a request came with, as better-auth reads it. */
export function toSessionCookie(
  { bearer, cookie: signed }: PresentedCredential,
  { cookie, secret }: Pick<SecondFactorOptions, "cookie" | "secret">,
): string {
  const value = bearer === undefined ? (signed ?? "") : signSessionToken(bearer, secret);
  return `${cookie.name}=${encodeURIComponent(value)}`;
}

function toSecrets(codes: readonly string[]): readonly Secret[] {
  return codes.map((code) => new Secret(code));
}

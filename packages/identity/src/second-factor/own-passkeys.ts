import {
  type Actor,
  type Ceremony,
  type ClientInfo,
  DomainError,
  type JsonObject,
  jsonObjectSchema,
  limits,
  type Passkey,
  type Passkeys,
  Secret,
  type Self,
  type SignedIn,
} from "@corral/core";
import { sql } from "kysely";
import { addressHeader } from "../better-auth/create-better-auth.ts";
import { noteUser, writeAs } from "../database/identity-database.ts";
import { withIdentityErrors } from "../database/to-identity-error.ts";
import { FailureLimiter } from "../sign-in/failure-limiter.ts";
import { networkOf } from "../sign-in/network-of.ts";
import { toUser } from "../sign-in/to-user.ts";
import { type SecondFactorOptions, toSessionCookie } from "./one-time-codes.ts";
import { type SecondFactorAuth, toCookies } from "./second-factor-auth.ts";
import { toPasskeyError } from "./second-factor-error.ts";

type PasskeyAnswer = NonNullable<
  Parameters<SecondFactorAuth["api"]["verifyPasskeyAuthentication"]>[0]
>["body"]["response"];

/** As the plug-in calls the cookie that binds an answer to its question; here it travels in the bodies. */
const challengeCookie = "better-auth-passkey";

/** {@link Passkeys} by better-auth's plug-in. */
export class OwnPasskeys implements Passkeys {
  readonly #options: SecondFactorOptions;
  /** Each begun sign-in leaves a row for some minutes. */
  readonly #begun: FailureLimiter;

  constructor(options: SecondFactorOptions) {
    this.#options = options;
    this.#begun = new FailureLimiter({ perMinute: limits.passkeySignInsPerMinute, now: options.now });
  }

  async list({ principal }: Actor): Promise<readonly Passkey[]> {
    return withIdentityErrors(async () => {
      const rows = await this.#options.database
        .selectFrom("passkeys")
        .select(["id", "name", "createdAt"])
        .where("userId", "=", principal.userId)
        .orderBy("createdAt", "desc")
        .execute();
      return rows.map(toPasskey);
    });
  }

  async beginRegistration({ actor, presented }: Self): Promise<Ceremony> {
    if ((await this.list(actor)).length >= limits.passkeysPerUser) throw tooMany();
    return this.#begin(async (auth) =>
      auth.api.generatePasskeyRegistrationOptions({
        headers: { cookie: toSessionCookie(presented, this.#options) },
        query: {},
        returnHeaders: true,
      }),
    );
  }

  async register(
    { actor, presented, client }: Self,
    {
      ceremony,
      name,
      response,
    }: { readonly ceremony: string; readonly name: string; readonly response: JsonObject },
  ): Promise<Passkey> {
    if ((await this.list(actor)).length >= limits.passkeysPerUser) throw tooMany();
    const made = await this.#ask(async (auth) =>
      auth.api.verifyPasskeyRegistration({
        headers: {
          cookie: `${toSessionCookie(presented, this.#options)}; ${await nameOf(auth)}=${ceremony}`,
        },
        body: { response, name },
      }),
    );
    const { userId } = actor.principal;
    await this.#note({ userId, action: "auth.passkeys.register", note: "added" }, client);
    return toPasskey({ id: made.id, name, createdAt: new Date() });
  }

  async delete({ principal }: Actor, id: string, client: ClientInfo): Promise<void> {
    const { userId } = principal;
    const isDeleted = await withIdentityErrors(async () => {
      const { numDeletedRows } = await this.#options.database
        .deleteFrom("passkeys")
        .where("id", "=", id)
        .where("userId", "=", userId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
    if (!isDeleted) throw new DomainError("passkey_not_found");
    await this.#note({ userId, action: "auth.passkeys.delete", note: "removed" }, client);
  }

  async beginSignIn(client: ClientInfo): Promise<Ceremony> {
    const names = [`passkey:${networkOf(client.address)}`];
    this.#begun.assertAllowed(names);
    this.#begun.noteFailure(names);
    await withIdentityErrors(async () =>
      sql`delete from verifications where expires_at < now()`.execute(this.#options.database),
    );
    return this.#begin(async (auth) =>
      auth.api.generatePasskeyAuthenticationOptions({ headers: {}, returnHeaders: true }),
    );
  }

  async signIn(
    { ceremony, response }: { readonly ceremony: string; readonly response: JsonObject },
    client: ClientInfo,
  ): Promise<SignedIn> {
    const { limiter } = this.#options;
    const names = [`network:${networkOf(client.address)}`];
    limiter.assertAllowed(names);
    try {
      const { session, user } = await this.#ask(async (auth) =>
        auth.api.verifyPasskeyAuthentication({
          headers: {
            cookie: `${await nameOf(auth)}=${ceremony}`,
            [addressHeader]: client.address,
            "user-agent": client.userAgent.slice(0, 512),
          },
          // safe: the plug-in reads it as what it is, whatever a stranger sends
          body: { response: response as unknown as PasskeyAnswer },
        }),
      );
      return {
        user: toUser(user),
        token: new Secret(session.token),
        expiresAt: new Date(session.expiresAt).toISOString(),
      };
    } catch (error) {
      if (error instanceof DomainError && error.code === "passkey_invalid") limiter.noteFailure(names);
      throw error;
    }
  }

  async #begin(
    ask: (auth: SecondFactorAuth) => Promise<{ readonly headers: Headers; readonly response: object }>,
  ): Promise<Ceremony> {
    return this.#ask(async (auth) => {
      const { headers, response } = await ask(auth);
      const ceremony = toCookies(headers).get(await nameOf(auth));
      if (ceremony === undefined) throw new Error("The plug-in asked nothing.");
      return { ceremony, options: jsonObjectSchema.parse(JSON.parse(JSON.stringify(response))) };
    });
  }

  async #ask<T>(work: (auth: SecondFactorAuth) => Promise<T>): Promise<T> {
    const auth = await this.#options.load();
    try {
      return await work(auth);
    } catch (error) {
      throw toPasskeyError(error);
    }
  }

  async #note(
    by: { readonly userId: string; readonly action: string; readonly note: string },
    { requestId }: ClientInfo,
  ): Promise<void> {
    const { userId, action, note } = by;
    await withIdentityErrors(async () =>
      writeAs(this.#options.database, { actorId: userId, requestId, action }, async (transaction) =>
        noteUser(transaction, userId, { passkey: note }),
      ),
    );
  }
}

async function nameOf(auth: SecondFactorAuth): Promise<string> {
  return (await auth.$context).createAuthCookie(challengeCookie).name;
}

function toPasskey(row: {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: Date | null;
}): Passkey {
  return { id: row.id, name: row.name ?? "", createdAt: (row.createdAt ?? new Date(0)).toISOString() };
}

function tooMany(): DomainError {
  return new DomainError("invalid_input", `You have ${limits.passkeysPerUser} passkeys; remove one first.`);
}

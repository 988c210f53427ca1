import {
  type AccountLinks,
  type Actor,
  assertAdministrator,
  type Catalog,
  type ClientInfo,
  DomainError,
  type Invitation,
  type MadeLink,
  type NewInvitation,
  Secret,
  type SignedIn,
} from "@corral/core";
import { createSecretText } from "../credential/base62.ts";
import { hashCredential } from "../credential/hash-credential.ts";
import { isSessionToken } from "../credential/session-token.ts";
import {
  attributeTo,
  type IdentityDatabase,
  type IdentityTransaction,
  noteUser,
  writeAs,
} from "../database/identity-database.ts";
import { withIdentityErrors } from "../database/to-identity-error.ts";
import { assertPassword } from "../password/assert-password.ts";
import { hashPassword } from "../password/hash-password.ts";
import type { Turns } from "../password/turns.ts";
import type { FailureLimiter } from "../sign-in/failure-limiter.ts";
import { networkOf } from "../sign-in/network-of.ts";
import { acknowledged } from "./acknowledged.ts";
import {
  findOpenLink,
  insertInvitation,
  insertPasswordLink,
  listInvitations,
  type OpenLink,
  revokeInvitations,
  revokePasswordLinks,
  settleInvitation,
  useLink,
} from "./link-rows.ts";
import type { NewAccounts } from "./new-accounts.ts";
import { parseAccount } from "./parse-account.ts";

type Options = {
  readonly database: IdentityDatabase;
  readonly catalog: Pick<Catalog, "acknowledge" | "current">;
  readonly newAccounts: NewAccounts;
  readonly turns: Turns;
  readonly limiter: FailureLimiter;
  /** What links begin with. */
  readonly origin: () => string;
};
type Context = { readonly requestId: string };

/** {@link AccountLinks}: 256 random bits behind the `#` of an address, so that no server and no log sees them. */
export class OneTimeLinks implements AccountLinks {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async invite(
    actor: Actor,
    input: NewInvitation,
    { requestId }: Context,
  ): Promise<MadeLink & { readonly invitation: Invitation }> {
    assertAdministrator(actor);
    const token = createSecretText();
    const made = { by: actor.principal.userId, tokenHash: hashCredential(token) };
    const author = { actorId: made.by, requestId, action: "invitations.create" };
    const invitation = await acknowledged(this.#options, async () =>
      writeAs(this.#options.database, author, async (transaction) =>
        insertInvitation(transaction, input, made),
      ),
    );
    return { invitation, url: this.#toUrl("invitation", token), expiresAt: invitation.expiresAt };
  }

  async list(
    actor: Actor,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly Invitation[]> {
    assertAdministrator(actor);
    return withIdentityErrors(async () => listInvitations(this.#options.database, page));
  }

  async revoke(actor: Actor, id: string, { requestId }: Context): Promise<void> {
    assertAdministrator(actor);
    const author = { actorId: actor.principal.userId, requestId, action: "invitations.revoke" };
    const revoked = await acknowledged(this.#options, async () =>
      writeAs(this.#options.database, author, async (transaction) => revokeInvitations(transaction, { id })),
    );
    if (revoked === 0) throw new DomainError("invitation_not_found");
  }

  async accept(
    { token, name, password }: { readonly token: string; readonly name: string; readonly password: string },
    client: ClientInfo,
  ): Promise<SignedIn> {
    const link = await this.#find("invitation", token, client);
    const account = parseAccount({ email: link.email ?? "", name, password });
    const author = { actorId: null, requestId: client.requestId, action: "auth.acceptInvitation" };
    const entry = {
      claim: async (transaction: IdentityTransaction) => useLink(transaction, link.id),
      settle: async (transaction: IdentityTransaction, userId: string) =>
        settleInvitation(transaction, link, userId),
    };
    const { user, session } = await acknowledged(this.#options, async () =>
      this.#options.newAccounts.insert(account, link.role ?? "user", { author, client, entry }),
    );
    if (session === undefined) throw new Error("An account was made without its session.");
    return { user, token: new Secret(session.token), expiresAt: session.expiresAt.toISOString() };
  }

  async createPasswordLink(actor: Actor, userId: string, { requestId }: Context): Promise<MadeLink> {
    assertAdministrator(actor);
    const user = this.#options.catalog.current().findUser(userId);
    // A service account has no password to forget.
    if (user === undefined || user.isService === true) throw new DomainError("user_not_found");
    const token = createSecretText();
    const made = { by: actor.principal.userId, tokenHash: hashCredential(token) };
    const author = { actorId: made.by, requestId, action: "users.resetPassword" };
    const expiresAt = await acknowledged(this.#options, async () =>
      writeAs(this.#options.database, author, async (transaction) =>
        insertPasswordLink(transaction, userId, made),
      ),
    );
    return { url: this.#toUrl("password", token), expiresAt: expiresAt.toISOString() };
  }

  async setPassword(
    { token, password }: { readonly token: string; readonly password: string },
    client: ClientInfo,
  ): Promise<{ readonly email: string }> {
    const link = await this.#find("password", token, client);
    const userId = link.userId ?? "";
    const user = this.#options.catalog.current().findUser(userId);
    if (user === undefined) throw new DomainError("link_invalid");
    assertPassword(password, user);
    const author = { actorId: userId, requestId: client.requestId, action: "auth.setPassword" };
    await acknowledged(this.#options, async () => {
      const hash = await this.#options.turns.run(async () => hashPassword(password));
      await writeAs(this.#options.database, author, async (transaction) => {
        await useLink(transaction, link.id);
        await attributeTo(transaction, userId);
        await storePassword(transaction, userId, hash);
        await revokePasswordLinks(transaction, userId);
        await transaction.deleteFrom("sessions").where("userId", "=", userId).execute();
        await noteUser(transaction, userId, { password: "changed" });
      });
    });
    return { email: user.email };
  }

  /** Before anybody waits for a hash: an unknown link costs one query. */
  async #find(kind: "invitation" | "password", token: string, client: ClientInfo): Promise<OpenLink> {
    const { limiter, database } = this.#options;
    const names = [`network:${networkOf(client.address)}`];
    limiter.assertAllowed(names);
    const link = isSessionToken(token)
      ? await withIdentityErrors(async () => findOpenLink(database, kind, hashCredential(token)))
      : undefined;
    if (link !== undefined) return link;
    limiter.noteFailure(names);
    throw new DomainError("link_invalid");
  }

  #toUrl(path: "invitation" | "password", token: string): Secret {
    return new Secret(`${this.#options.origin()}/${path}#token=${token}`);
  }
}

/** Also for somebody who has signed in by other ways only. */
async function storePassword(transaction: IdentityTransaction, userId: string, hash: string): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable("accounts")
    .set({ password: hash, updatedAt: new Date() })
    .where("userId", "=", userId)
    .where("providerId", "=", "credential")
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return;
  await transaction
    .insertInto("accounts")
    .values({ userId, accountId: userId, providerId: "credential", password: hash })
    .execute();
}

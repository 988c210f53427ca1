import { createHash, timingSafeEqual } from "node:crypto";
import type { Role } from "@corral/access-control";
import {
  type Accounts,
  type Actor,
  type ApiKey,
  type Catalog,
  type ChangeAuthor,
  type ClientInfo,
  DomainError,
  isDomainError,
  Secret,
  type SignedIn,
  type User,
} from "@corral/core";
import { type IdentityDatabase, readLastChange, writeAs } from "../database/identity-database.ts";
import { withIdentityErrors } from "../database/to-identity-error.ts";
import type { FailureLimiter } from "../sign-in/failure-limiter.ts";
import { networkOf } from "../sign-in/network-of.ts";
import type { PasswordSignIn } from "../sign-in/password-sign-in.ts";
import type { ApiKeys } from "./api-keys.ts";
import type { NewAccounts } from "./new-accounts.ts";
import { parseAccount } from "./parse-account.ts";

type NewUser = { readonly email: string; readonly password: string; readonly name: string };

type Options = {
  readonly database: IdentityDatabase;
  readonly catalog: Pick<Catalog, "acknowledge">;
  readonly newAccounts: NewAccounts;
  readonly signIn: PasswordSignIn;
  readonly keys: ApiKeys;
  readonly limiter: FailureLimiter;
  readonly setupCode: Secret | null;
  readonly isSignUpOpen: () => boolean | Promise<boolean>;
};

/** {@link Accounts} on better-auth. A write returns when no process serves the state before it. */
export class AccountService implements Accounts {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async setupState(): Promise<{ needsAdministrator: boolean; signUpOpen: boolean }> {
    return withIdentityErrors(async () => ({
      needsAdministrator: await this.#options.newAccounts.needsAdministrator(),
      signUpOpen: await this.#options.isSignUpOpen(),
    }));
  }

  async signUp(input: NewUser & { readonly setupCode?: string }, client: ClientInfo): Promise<SignedIn> {
    return withIdentityErrors(async () => {
      const { needsAdministrator, signUpOpen } = await this.setupState();
      if (needsAdministrator) this.#assertSetupCode(input.setupCode, client);
      else if (!signUpOpen) throw new DomainError("signup_closed");
      const author = { actorId: null, action: "auth.signUp", requestId: client.requestId };
      const role = needsAdministrator ? "first" : "pending";
      const { user, session } = await this.#insert(parseAccount(input), role, { author, client });
      if (session === undefined) throw new Error("An account was made without its session.");
      return { user, token: new Secret(session.token), expiresAt: session.expiresAt.toISOString() };
    });
  }

  async signIn(
    input: { readonly email: string; readonly password: string; readonly code?: string | undefined },
    client: ClientInfo,
  ): Promise<SignedIn> {
    return withIdentityErrors(async () => this.#options.signIn.run(input, client));
  }

  async signOut(actor: Actor): Promise<void> {
    const { credential, principal } = actor;
    if (credential.kind !== "session") return;
    await withIdentityErrors(async () => {
      const author = { actorId: principal.userId, action: "auth.signOut" };
      await writeAs(this.#options.database, author, async (transaction) =>
        transaction.deleteFrom("sessions").where("id", "=", credential.sessionId).execute(),
      );
      await this.#acknowledge();
    });
  }

  async addUser(input: NewUser & { readonly role: Role }, author: ChangeAuthor): Promise<User> {
    return withIdentityErrors(
      async () => (await this.#insert(parseAccount(input), input.role, { author })).user,
    );
  }

  /**
   * Makes the first administrator, where a deployment names one. `undefined`: there is an administrator already, and
   * nothing was changed.
   *
   * @throws DomainError `invalid_input`, `weak_password`, `email_taken`.
   */
  async ensureAdministrator(input: NewUser): Promise<User | undefined> {
    return withIdentityErrors(async () => {
      if (!(await this.#options.newAccounts.needsAdministrator())) return undefined;
      const author = { actorId: null, action: "setup.ensureAdministrator" };
      try {
        return (await this.#insert(parseAccount(input), "first", { author })).user;
      } catch (error) {
        // Another process of the same deployment was first.
        if (isDomainError(error) && error.code === "signup_closed") return undefined;
        if (!(await this.#options.newAccounts.needsAdministrator())) return undefined;
        throw error;
      }
    });
  }

  async findDefaultKey(userId: string): Promise<ApiKey | undefined> {
    return withIdentityErrors(async () => this.#options.keys.findDefault(userId));
  }

  async replaceDefaultKey(userId: string, author: ChangeAuthor): Promise<{ apiKey: ApiKey; key: Secret }> {
    return this.#write(async (keys) => keys.replaceDefault(userId, author));
  }

  async deleteDefaultKey(userId: string, author: ChangeAuthor): Promise<boolean> {
    return this.#write(async (keys) => keys.deleteDefault(userId, author));
  }

  async listKeys(userId: string): Promise<readonly ApiKey[]> {
    return withIdentityErrors(async () => this.#options.keys.list(userId));
  }

  async createKey(...made: Parameters<ApiKeys["create"]>): ReturnType<ApiKeys["create"]> {
    return this.#write(async (keys) => keys.create(...made));
  }

  async updateKey(...changed: Parameters<ApiKeys["update"]>): Promise<ApiKey> {
    return this.#write(async (keys) => keys.update(...changed));
  }

  async rollKey(...rolled: Parameters<ApiKeys["roll"]>): ReturnType<ApiKeys["roll"]> {
    return this.#write(async (keys) => keys.roll(...rolled));
  }

  async deleteKey(...deleted: Parameters<ApiKeys["delete"]>): Promise<boolean> {
    return this.#write(async (keys) => keys.delete(...deleted));
  }

  /** Returns when nobody is let in by what was before. */
  async #write<T>(work: (keys: ApiKeys) => Promise<T>): Promise<T> {
    return withIdentityErrors(async () => {
      const value = await work(this.#options.keys);
      await this.#acknowledge();
      return value;
    });
  }

  async #insert(...account: Parameters<NewAccounts["insert"]>): ReturnType<NewAccounts["insert"]> {
    const made = await this.#options.newAccounts.insert(...account);
    await this.#acknowledge();
    return made;
  }

  async #acknowledge(): Promise<void> {
    await this.#options.catalog.acknowledge(await readLastChange(this.#options.database));
  }

  #assertSetupCode(given: string | undefined, client: ClientInfo): void {
    const { limiter, setupCode } = this.#options;
    const names = [`network:${networkOf(client.address)}`];
    limiter.assertAllowed(names);
    if (setupCode !== null && given !== undefined && isSameText(given.trim(), setupCode.reveal())) return;
    limiter.noteFailure(names);
    throw new DomainError("setup_code_invalid");
  }
}

function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

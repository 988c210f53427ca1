import type { Role } from "@corral/access-control";
import type { Secret } from "../secret.ts";
import type { Actor, ChangeAuthor, KeyScope } from "./actor.ts";
import type { User } from "./user.ts";

/** Facts about a sign-in attempt, for rate limits and the session list. */
export type ClientInfo = { readonly address: string; readonly userAgent: string; readonly requestId: string };

export type SignedIn = {
  readonly user: User;
  /** Session token: goes into the cookie or the caller's hands, once. */ readonly token: Secret;
  readonly expiresAt: string;
};

export type ApiKey = {
  readonly id: string;
  readonly name: string;
  /** e.g. `sk-4f2k…9a`, never usable. */ readonly masked: string;
  /** `owner`: all that its owner may do. */
  readonly scopes: readonly KeyScope[] | "owner";
  /** `null`: every model that its owner may use. */
  readonly models: StoredKeyAllowList | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** `null`: never. */
  readonly expiresAt: string | null;
};

/** A key's models as they are stored. */
export type StoredKeyAllowList = { readonly uids: readonly string[]; readonly patterns: readonly string[] };

export type NewKey = {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly models: StoredKeyAllowList | null;
  readonly expiresAt: string | null;
};
/** A present field replaces its whole value. */
export type KeyChanges = Partial<NewKey>;

/** Accounts and credentials. Implemented by the identity package. */
export interface Accounts {
  /** Whether the first administrator still has to be made, and whether strangers may sign up. */
  setupState(): Promise<{ readonly needsAdministrator: boolean; readonly signUpOpen: boolean }>;
  /**
   * The first account becomes the administrator and needs the setup code; later ones are `pending`.
   *
   * @throws DomainError `setup_code_invalid`, `signup_closed`, `email_taken`, `weak_password`, `rate_limited`, `overloaded`.
   */
  signUp(
    input: {
      readonly email: string;
      readonly password: string;
      readonly name: string;
      readonly setupCode?: string;
    },
    client: ClientInfo,
  ): Promise<SignedIn>;
  /**
   * @param input.code Where the account asks for one.
   * @throws DomainError `unauthenticated` (also for unknown and suspended accounts), `second_factor_required`,
   *   `second_factor_invalid`, `rate_limited`, `overloaded`.
   */
  signIn(
    input: { readonly email: string; readonly password: string; readonly code?: string | undefined },
    client: ClientInfo,
  ): Promise<SignedIn>;
  /** Ends the session the actor came with. Nothing to do for a key. */
  signOut(actor: Actor): Promise<void>;
  /** @throws DomainError `email_taken`, `weak_password`. */
  addUser(
    input: { readonly email: string; readonly password: string; readonly name: string; readonly role: Role },
    author: ChangeAuthor,
  ): Promise<User>;
  findDefaultKey(userId: string): Promise<ApiKey | undefined>;
  /** Makes a new key named `default` in place of the old one. */
  replaceDefaultKey(
    userId: string,
    author: ChangeAuthor,
  ): Promise<{ readonly apiKey: ApiKey; readonly key: Secret }>;
  deleteDefaultKey(userId: string, author: ChangeAuthor): Promise<boolean>;
  /** All keys of a person that are not revoked, the one named `default` too. */
  listKeys(userId: string): Promise<readonly ApiKey[]>;
  /** @throws DomainError `name_taken`, `invalid_input` beyond the number of keys that one may have. */
  createKey(
    userId: string,
    input: NewKey,
    author: ChangeAuthor,
  ): Promise<{ readonly apiKey: ApiKey; readonly key: Secret }>;
  /** Not for the key named `default`. @throws DomainError `key_not_found`, `name_taken`. */
  updateKey(
    key: { readonly userId: string; readonly id: string },
    changes: KeyChanges,
    author: ChangeAuthor,
  ): Promise<ApiKey>;
  /** A new secret in a key's place; the old one ends when `overlapMs` have passed. @throws DomainError `key_not_found`. */
  rollKey(
    key: { readonly userId: string; readonly id: string },
    options: { readonly overlapMs: number },
    author: ChangeAuthor,
  ): Promise<{ readonly apiKey: ApiKey; readonly key: Secret }>;
  deleteKey(key: { readonly userId: string; readonly id: string }, author: ChangeAuthor): Promise<boolean>;
}

/** What a request carried: at most one of them counts, the header first. */
export type PresentedCredential = {
  readonly bearer: string | undefined;
  readonly cookie: string | undefined;
};

/** Finds out who is asking, from memory wherever it can. */
export interface Authenticator {
  /** `null` without any credential. @throws DomainError `unauthenticated` for one that is unknown, expired or revoked. */
  authenticate(presented: PresentedCredential): Promise<Actor | null>;
  /** Aborts `signal`-like listeners when the credential, account or session dies (within 5 s). */
  watch(actor: Actor, onEnd: () => void): () => void;
}

import type { JsonObject } from "../json.ts";
import type { Secret } from "../secret.ts";
import type { ClientInfo, PresentedCredential, SignedIn } from "./accounts.ts";
import type { Actor } from "./actor.ts";

/** Somebody with the session that they came with, which is renewed. */
export type Self = {
  readonly actor: Actor;
  readonly presented: PresentedCredential;
  readonly client: ClientInfo;
};

/** One-time codes of an app beside the password (RFC 6238), with codes on paper for the day it is lost. */
export interface SecondFactors {
  isOn(actor: Actor): Promise<boolean>;
  /**
   * Begins: codes are asked for only when one was {@link confirm}ed.
   *
   * @throws DomainError `invalid_input` for a wrong password or when it is on already, `rate_limited`, `overloaded`.
   */
  enroll(
    self: Self,
    password: string,
  ): Promise<{ readonly uri: Secret; readonly backupCodes: readonly Secret[] }>;
  /** Ends the other sessions. @throws DomainError `second_factor_invalid`, `invalid_input`, `rate_limited`. */
  confirm(self: Self, code: string): Promise<SignedIn>;
  /** The old ones are dead. @throws DomainError as enroll. */
  renewBackupCodes(self: Self, password: string): Promise<readonly Secret[]>;
  /** Ends the other sessions. @throws DomainError as enroll. */
  remove(self: Self, password: string): Promise<SignedIn>;
  /**
   * For somebody who has lost app and codes: takes second factor and passkeys away and ends all sessions.
   *
   * @throws DomainError `access_denied`, `user_not_found`.
   */
  reset(actor: Actor, userId: string, client: ClientInfo): Promise<void>;
}

export type Passkey = { readonly id: string; readonly name: string; readonly createdAt: string };

/** What a browser's authenticator is asked, and the proof that the answer is of this question. */
export type Ceremony = { readonly ceremony: string; readonly options: JsonObject };

/** Keys that stay in a device, opened by finger, face or PIN: password and second factor in one. */
export interface Passkeys {
  list(actor: Actor): Promise<readonly Passkey[]>;
  /** @throws DomainError `session_not_fresh` when the sign-in is too long ago, `invalid_input` beyond the number one may have. */
  beginRegistration(self: Self): Promise<Ceremony>;
  /** @throws DomainError `passkey_invalid`, `session_not_fresh`. */
  register(
    self: Self,
    input: { readonly ceremony: string; readonly name: string; readonly response: JsonObject },
  ): Promise<Passkey>;
  /** @throws DomainError `passkey_not_found`. */
  delete(actor: Actor, id: string, client: ClientInfo): Promise<void>;
  /** @throws DomainError `rate_limited`. */
  beginSignIn(client: ClientInfo): Promise<Ceremony>;
  /** @throws DomainError `passkey_invalid` (also for suspended accounts), `rate_limited`. */
  signIn(
    input: { readonly ceremony: string; readonly response: JsonObject },
    client: ClientInfo,
  ): Promise<SignedIn>;
}

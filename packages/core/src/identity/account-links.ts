import type { WriteContext } from "../model/model-service.ts";
import type { Secret } from "../secret.ts";
import type { ClientInfo, SignedIn } from "./accounts.ts";
import type { Actor } from "./actor.ts";

/** A one-time link that makes an account. Times are ISO 8601. */
export type Invitation = {
  readonly id: string;
  readonly email: string;
  readonly role: "user" | "admin";
  readonly groupIds: readonly string[];
  /** `null` once the account is gone. */
  readonly createdBy: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** `revoked` too when whoever made it is no administrator any more. */
  readonly state: "open" | "used" | "revoked" | "expired";
};

export type NewInvitation = {
  readonly email: string;
  readonly role: "user" | "admin";
  readonly groupIds: readonly string[];
  readonly expiresInMs: number;
};

/** A link as it is shown, once. */
export type MadeLink = { readonly url: Secret; readonly expiresAt: string };

/** Links that work once: they let people in, or back in. A link dies with its maker's administration. */
export interface AccountLinks {
  /**
   * Takes the place of an open invitation to the same address.
   *
   * @throws DomainError `access_denied`, `email_taken`, `group_not_found`, `invalid_input` beyond the number of open ones.
   */
  invite(
    actor: Actor,
    input: NewInvitation,
    context: WriteContext,
  ): Promise<MadeLink & { readonly invitation: Invitation }>;
  /** The newest first. @throws DomainError `access_denied`. */
  list(
    actor: Actor,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly Invitation[]>;
  /** @throws DomainError `access_denied`, `invitation_not_found`. */
  revoke(actor: Actor, id: string, context: WriteContext): Promise<void>;
  /** @throws DomainError `link_invalid`, `weak_password`, `email_taken`, `rate_limited`, `overloaded`. */
  accept(
    input: { readonly token: string; readonly name: string; readonly password: string },
    client: ClientInfo,
  ): Promise<SignedIn>;
  /** Lets somebody choose a new password. @throws DomainError `access_denied`, `user_not_found`. */
  createPasswordLink(actor: Actor, userId: string, context: WriteContext): Promise<MadeLink>;
  /** Ends all sessions of the account and starts none. @throws DomainError as accept. */
  setPassword(
    input: { readonly token: string; readonly password: string },
    client: ClientInfo,
  ): Promise<{ readonly email: string }>;
}

/** One's own password. */
export interface Passwords {
  /**
   * Ends all sessions of the account, and starts a new one for who asks.
   *
   * @throws DomainError `invalid_input` for a wrong current password, `weak_password`, `rate_limited`, `overloaded`.
   */
  change(
    actor: Actor,
    input: { readonly current: string; readonly next: string },
    client: ClientInfo,
  ): Promise<SignedIn>;
}

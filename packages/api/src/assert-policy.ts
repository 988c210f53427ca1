import { DomainError, type Actor, type KeyScope } from "@corral/core";

/** Who may call something at all; what they may do with which object is the use case's decision. */
export type ProcedurePolicy = {
  /** `account`: signed in, also pending ones. `member`: an active user. */
  readonly auth: "none" | "account" | "member" | "administrator";
  /** What an API key needs; `none`: keys may not call it. */
  readonly scope: KeyScope | "none";
};

/** The one gate of procedures and REST routes. @throws DomainError `unauthenticated`, `access_denied`. */
export function assertPolicy(actor: Actor | null, { auth, scope }: ProcedurePolicy): asserts actor is Actor {
  if (actor === null) throw new DomainError("unauthenticated");
  assertScope(actor.credential, scope);
  if (auth === "member" && actor.principal.role === "pending") {
    throw new DomainError("access_denied", "An administrator has not approved your account yet.");
  }
  if (auth === "administrator" && actor.principal.role !== "admin") {
    throw new DomainError("access_denied", "Only administrators may do this.");
  }
}

/** A session may do all its owner may; a key only what its scopes say. Sign-in, keys and people are for sessions. */
function assertScope(credential: Actor["credential"], scope: KeyScope | "none"): void {
  if (credential.kind === "session") return;
  if (scope === "none") throw new DomainError("access_denied", "An API key cannot do this; sign in instead.");
  if (credential.scopes === "owner" || credential.scopes.has(scope)) return;
  throw new DomainError("access_denied", `The API key lacks the scope ${scope}.`);
}

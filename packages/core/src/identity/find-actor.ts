import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Actor } from "./actor.ts";

/** What a caller is by now: one who listens for long may have lost what they came with. */
export function asOf(snapshot: CatalogSnapshot, actor: Actor): Actor {
  const { userId } = actor.principal;
  const principal = snapshot.principalOf(userId);
  if (principal === undefined) return actor;
  return { ...actor, principal, permissions: snapshot.permissionsOf(userId) };
}

/** Somebody as if they had just signed in, to judge what they may do; `undefined` for an unknown account. */
export function findActor(snapshot: CatalogSnapshot, userId: string): Actor | undefined {
  const principal = snapshot.principalOf(userId);
  const user = snapshot.findUser(userId);
  if (principal === undefined || user === undefined) return undefined;
  return {
    principal,
    permissions: snapshot.permissionsOf(userId),
    name: user.name,
    email: user.email,
    credential: { kind: "session", sessionId: "" },
  };
}

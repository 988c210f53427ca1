import { hasPermission, isSameAccess, type AccessControl, type Grants } from "@corral/access-control";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";

const nobody: Grants = { groupIds: [], userIds: [] };

/**
 * Decides whether the actor may change who has access from `previous` to `next`. Only what is added is judged:
 * narrowing is free to whoever may write.
 *
 * @throws DomainError `access_denied`, `principal_not_found` (one answer for unknown and not theirs to name).
 */
export function assertMayShare(
  actor: Actor,
  change: { readonly previous: AccessControl; readonly next: AccessControl },
  snapshot: CatalogSnapshot,
): void {
  const { previous, next } = change;
  if (isSameAccess(previous, next)) return;
  if (next.kind === "public" && !hasPermission(actor.principal, "models.share_public", actor.permissions)) {
    throw new DomainError("access_denied", "Sharing with everyone needs the permission models.share_public.");
  }
  if (next.kind !== "restricted") return;
  const added = addedPrincipals(previous, next);
  if (added.userIds.length === 0 && added.groupIds.length === 0) return;
  if (!hasPermission(actor.principal, "models.share", actor.permissions)) {
    throw new DomainError(
      "access_denied",
      "Sharing with people and groups needs the permission models.share.",
    );
  }
  assertMayName(actor, added, snapshot);
}

/** Members may name active users and groups they belong to; administrators anyone who exists. */
export function assertMayName(actor: Actor, named: Grants, snapshot: CatalogSnapshot): void {
  const { principal } = actor;
  const isAdministrator = principal.role === "admin";
  const strangers = [
    ...named.userIds.filter((id) => {
      const user = snapshot.findUser(id);
      return user === undefined || (!isAdministrator && user.status !== "active");
    }),
    ...named.groupIds.filter((id) => {
      if (snapshot.findGroup(id) === undefined) return true;
      return !isAdministrator && !principal.groupIds.has(id);
    }),
  ];
  if (strangers.length === 0) return;
  throw new DomainError(
    "principal_not_found",
    `Nobody you can share with has the id ${strangers.join(", ")}.`,
    {
      details: { issues: strangers.map((id) => ({ path: ["access"], message: `${id} is unknown to you` })) },
    },
  );
}

function addedPrincipals(
  previous: AccessControl,
  next: Extract<AccessControl, { kind: "restricted" }>,
): Grants {
  const before = previous.kind === "restricted" ? previous : { read: nobody, write: nobody };
  const levels = [
    [before.read, next.read],
    [before.write, next.write],
  ] as const;
  return {
    userIds: levels.flatMap(([old, now]) => now.userIds.filter((id) => !old.userIds.includes(id))),
    groupIds: levels.flatMap(([old, now]) => now.groupIds.filter((id) => !old.groupIds.includes(id))),
  };
}

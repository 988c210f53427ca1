import { hasPermission } from "@corral/access-control";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Actor } from "../identity/actor.ts";
import type { PrincipalNames } from "./document-access.ts";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;

/**
 * The names under which an actor may know people and groups. Others keep their ids, in both directions: a document must
 * not tell who has an account here.
 */
export function principalNames(snapshot: CatalogSnapshot, actor: Actor): PrincipalNames {
  const { users, groups } = contentsOf(snapshot);
  const { principal, permissions } = actor;
  const knowsUsers = hasPermission(principal, "users.read", permissions);
  const emails = new Map<string, string>();
  for (const user of users.values()) {
    if (knowsUsers || user.id === principal.userId) emails.set(user.id, user.email.toLowerCase());
  }
  const titles = new Map<string, string>();
  for (const group of groups.values()) {
    const isOwn = principal.role === "admin" || principal.groupIds.has(group.id);
    // a name that looks like an id could be meant for another group
    if (isOwn && !uuid.test(group.name)) titles.set(group.id, group.name);
  }
  const userIds = new Map(Array.from(emails, ([id, email]) => [email, id]));
  const groupIds = new Map(Array.from(titles, ([id, name]) => [name.toLowerCase(), id]));
  return {
    ofUser: (id) => emails.get(id) ?? id,
    ofGroup: (id) => titles.get(id) ?? id,
    toUserId: (name) => userIds.get(name.trim().toLowerCase()) ?? name,
    toGroupId: (name) => groupIds.get(name.normalize("NFC").trim().toLowerCase()) ?? name,
  };
}

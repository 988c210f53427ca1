import type { Principal } from "@corral/access-control";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Actor } from "../identity/actor.ts";
import type { PeopleClass } from "./people-classes.ts";

/** uids of users. */
export type PeopleChange = { readonly gained: readonly string[]; readonly lost: readonly string[] };
export type AccessChange = { readonly readers: PeopleChange; readonly callers: PeopleChange };

type Right = "readers" | "callers";

/** Who may read or call a model in one state of the world and not in the other. */
export function compareAccess(
  model: { readonly before: CatalogSnapshot; readonly after: CatalogSnapshot; readonly uid: string },
  classes: readonly PeopleClass[],
): AccessChange {
  const changes = classes.map((userIds) => ({
    userIds,
    before: rightsIn(model.before, userIds[0], model.uid),
    after: rightsIn(model.after, userIds[0], model.uid),
  }));
  const compare = (right: Right): PeopleChange => ({
    gained: changes.flatMap(({ userIds, before, after }) => (!before[right] && after[right] ? userIds : [])),
    lost: changes.flatMap(({ userIds, before, after }) => (before[right] && !after[right] ? userIds : [])),
  });
  return { readers: compare("readers"), callers: compare("callers") };
}

function rightsIn(snapshot: CatalogSnapshot, userId: string, uid: string): Record<Right, boolean> {
  const entry = snapshot.findByUid(uid);
  const principal = snapshot.principalOf(userId);
  if (entry === undefined || principal === undefined) return { readers: false, callers: false };
  return {
    readers: snapshot.decide(principal, "read", entry).allowed,
    callers: snapshot.resolve(asActor(principal), entry).ok,
  };
}

/** Somebody signed in, without a key that would narrow what they may do. */
export function asActor(principal: Principal): Actor {
  return {
    principal,
    permissions: new Set(),
    name: "",
    email: "",
    credential: { kind: "session", sessionId: "" },
  };
}

import type { AccessControl } from "@corral/access-control";
import type { CatalogContents } from "../catalog/catalog-contents.ts";
import type { IndexedModel } from "../catalog/indexed-model.ts";

/** uids of people whom nothing tells apart that was looked at: what holds for one holds for all. Never empty. */
export type PeopleClass = readonly [string, ...string[]];

/**
 * Everybody, sorted by what can decide about some models: role, status, the groups that are named somewhere, and the
 * person where they are named themselves. Thousands of people are a few classes, so asking each class is asking all.
 *
 * @param models Those asked about and all they stand on, in every state that will be asked.
 */
export function classifyPeople(
  contents: CatalogContents,
  models: Iterable<IndexedModel>,
): readonly PeopleClass[] {
  const named = new Set<string>();
  for (const { defaultVisibility } of contents.connections.values()) addNamed(named, defaultVisibility);
  for (const { entry } of models) {
    const record = entry.kind === "base" ? entry.override : entry.record;
    if (record !== null) addNamed(named, record.access);
    if (entry.kind === "custom" && entry.record.ownerId !== null) named.add(`user ${entry.record.ownerId}`);
  }
  const classes = new Map<string, [string, ...string[]]>();
  for (const { id, role, status, groupIds } of contents.users.values()) {
    const groups = groupIds.filter((groupId) => named.has(`group ${groupId}`)).toSorted();
    const key = named.has(`user ${id}`) ? `user ${id}` : [role, status, ...groups].join(" ");
    const members = classes.get(key);
    if (members === undefined) classes.set(key, [id]);
    else members.push(id);
  }
  return [...classes.values()];
}

function addNamed(named: Set<string>, access: AccessControl): void {
  if (access.kind !== "restricted") return;
  for (const { groupIds, userIds } of [access.read, access.write]) {
    for (const id of groupIds) named.add(`group ${id}`);
    for (const id of userIds) named.add(`user ${id}`);
  }
}

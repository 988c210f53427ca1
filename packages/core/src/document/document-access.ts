import { maxIdsPerGrantList, type AccessControl, type Grants } from "@corral/access-control";
import { z } from "zod";

/*
 * Access as a document says it: people by e-mail address and groups by name, because ids mean nothing in another
 * installation. Whom the writer of the document may not look up stands there by id.
 */

const namesSchema = z.array(z.string().min(1).max(320)).max(maxIdsPerGrantList);
const namedSchema = z.strictObject({ groups: namesSchema.default([]), users: namesSchema.default([]) });
export type NamedGrants = z.output<typeof namedSchema>;

const nobodyNamed: NamedGrants = { groups: [], users: [] };
const restrictedSchema = z.strictObject({
  read: namedSchema.default(nobodyNamed),
  write: namedSchema.default(nobodyNamed),
});

const message = 'must be "public", "private", or { read, write } with lists of groups and users';

export const explicitDocumentAccessSchema = z.union(
  [z.enum(["public", "private"]), restrictedSchema],
  message,
);
export const documentAccessSchema = z.union(
  [z.enum(["public", "private", "inherit"]), restrictedSchema],
  message,
);
export type DocumentAccess = z.output<typeof documentAccessSchema>;

/** How people and groups are called, as one actor may know them. */
export type PrincipalNames = {
  readonly ofUser: (id: string) => string;
  readonly ofGroup: (id: string) => string;
  /** The id itself where nobody is called so: the use case then refuses it in its own words. */
  readonly toUserId: (name: string) => string;
  readonly toGroupId: (name: string) => string;
};

export function toDocumentAccess(access: AccessControl, names: PrincipalNames): DocumentAccess {
  if (access.kind !== "restricted") return access.kind;
  const named = ({ groupIds, userIds }: Grants): NamedGrants => ({
    groups: groupIds.map(names.ofGroup).toSorted(),
    users: userIds.map(names.ofUser).toSorted(),
  });
  return { read: named(access.read), write: named(access.write) };
}

export function fromDocumentAccess(access: DocumentAccess, names: PrincipalNames): AccessControl {
  if (typeof access === "string") return { kind: access };
  const ids = ({ groups, users }: NamedGrants): Grants => ({
    groupIds: [...new Set(groups.map(names.toGroupId))],
    userIds: [...new Set(users.map(names.toUserId))],
  });
  return { kind: "restricted", read: ids(access.read), write: ids(access.write) };
}

/** One spelling for one access: names as the installation writes them, sorted, each once. */
export function canonicalAccess(access: DocumentAccess, names: PrincipalNames): DocumentAccess {
  return toDocumentAccess(fromDocumentAccess(access, names), names);
}

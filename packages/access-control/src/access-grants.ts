import { z } from "zod";
import {
  grantIdSchema,
  idSchema,
  maxIdsPerGrantList,
  type ExplicitAccess,
  type Grants,
} from "./access-control.ts";

const everyone = "*";

const permission = z.enum(["read", "write"]);

/** One row of Open WebUI's `access_grants`; its other columns (`id`, `resource_type`, …) are accepted and dropped. */
export const accessGrantSchema = z.discriminatedUnion("principal_type", [
  z.object({ principal_type: z.literal("user"), principal_id: idSchema, permission }),
  z.object({ principal_type: z.literal("group"), principal_id: grantIdSchema, permission }),
]);
export type AccessGrant = z.infer<typeof accessGrantSchema>;

/**
 * Open WebUI's newer wire form: a list of grants, where user `*` is everyone.
 *
 * Refused, because we cannot represent them: write for everyone, and write grants beside read for everyone.
 */
export const accessGrantsSchema = z
  .array(accessGrantSchema)
  .max(4 * maxIdsPerGrantList + 1)
  .check((context) => {
    const message = findUnsupported(context.value);
    if (message !== undefined) context.issues.push({ code: "custom", input: context.value, message });
  });

/** Reads a list that `accessGrantsSchema` accepted. Read grants beside read for everyone add nothing and go. */
export function fromAccessGrants(grants: readonly AccessGrant[]): ExplicitAccess {
  if (grants.some((grant) => isEveryone(grant) && grant.permission === "read")) return { kind: "public" };
  const named = grants.filter((grant) => !isEveryone(grant));
  if (named.length === 0) return { kind: "private" };
  return { kind: "restricted", read: collect(named, "read"), write: collect(named, "write") };
}

/** Writes the list: one grant an id and level, none for `private`, read for user `*` for `public`. */
export function toAccessGrants(access: ExplicitAccess): AccessGrant[] {
  if (access.kind === "public") {
    return [{ principal_type: "user", principal_id: everyone, permission: "read" }];
  }
  if (access.kind === "private") return [];
  return [...spread(access.read, "read"), ...spread(access.write, "write")];
}

function isEveryone(grant: AccessGrant): boolean {
  return grant.principal_type === "user" && grant.principal_id === everyone;
}

function collect(grants: readonly AccessGrant[], permission: AccessGrant["permission"]): Grants {
  const idsOf = (type: AccessGrant["principal_type"]): string[] => {
    const matching = grants.filter(
      (grant) => grant.permission === permission && grant.principal_type === type,
    );
    return [...new Set(matching.map((grant) => grant.principal_id))];
  };
  return { groupIds: idsOf("group"), userIds: idsOf("user") };
}

function spread(grants: Grants, permission: AccessGrant["permission"]): AccessGrant[] {
  return [
    ...grants.groupIds.map((id) => ({ principal_type: "group" as const, principal_id: id, permission })),
    ...grants.userIds.map((id) => ({ principal_type: "user" as const, principal_id: id, permission })),
  ];
}

function findUnsupported(grants: readonly AccessGrant[]): string | undefined {
  const forEveryone = grants.filter(isEveryone).map((grant) => grant.permission);
  if (forEveryone.includes("write")) return "Everyone may read a model, never write; name users or groups.";
  if (forEveryone.length > 0) {
    return grants.some((grant) => grant.permission === "write")
      ? "A public model has no write grants; remove them, or name who may read."
      : undefined;
  }
  const access = fromAccessGrants(grants);
  if (access.kind !== "restricted") return undefined;
  const lists = [access.read, access.write].flatMap(({ groupIds, userIds }) => [groupIds, userIds]);
  return lists.some((ids) => ids.length > maxIdsPerGrantList)
    ? `A level names at most ${maxIdsPerGrantList} users and ${maxIdsPerGrantList} groups; use a group for more people.`
    : undefined;
}

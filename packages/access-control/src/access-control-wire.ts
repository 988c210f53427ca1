import { z } from "zod";
import {
  explicitAccessSchema,
  grantIdsSchema,
  type AccessControl,
  type ExplicitAccess,
  type Grants,
} from "./access-control.ts";

const wireGrantsSchema = z.strictObject({
  group_ids: grantIdsSchema.optional(),
  user_ids: grantIdsSchema.optional(),
});

/** The wire form: `null` public, `{}` owner only, otherwise lists by level; an absent level or list is empty. */
export const accessControlWireSchema = z
  .strictObject({ read: wireGrantsSchema.optional(), write: wireGrantsSchema.optional() })
  .nullable();
export type AccessControlWire = z.infer<typeof accessControlWireSchema>;

/** What a REST body may say: the wire form, or `"inherit"` for an override that goes back to its connection's default. */
export const accessControlWireInputSchema = z.union([z.literal("inherit"), accessControlWireSchema], {
  error: (issue) => `Expected "inherit" or an access control${describeFirstIssue(issue)}`,
});
export type AccessControlWireInput = z.infer<typeof accessControlWireInputSchema>;

/** Wire form ↔ explicit domain form, for REST and database import. A codec must not stand in a tRPC `.output()`. */
export const accessControlCodec = z.codec(accessControlWireSchema, explicitAccessSchema, {
  decode: (wire) => fromWire(wire),
  encode: (access) => toWire(access),
});

/** Reads the wire form. Lists that are all empty become `private`, because grants are stored one row an id. */
export function fromWire(wire: AccessControlWire): ExplicitAccess;
export function fromWire(wire: AccessControlWireInput): AccessControl;
export function fromWire(wire: AccessControlWireInput): AccessControl {
  if (wire === null) return { kind: "public" };
  if (wire === "inherit") return { kind: "inherit" };
  const read = fromWireGrants(wire.read);
  const write = fromWireGrants(wire.write);
  return isEmpty(read) && isEmpty(write) ? { kind: "private" } : { kind: "restricted", read, write };
}

/**
 * Writes the wire form. Lists are complete (both levels, both kinds) so that a client may index without asking.
 *
 * `inherit` has no wire form of its own: REST answers the effective access and a flag.
 */
export function toWire(access: ExplicitAccess): AccessControlWire {
  if (access.kind === "public") return null;
  if (access.kind === "private" || (isEmpty(access.read) && isEmpty(access.write))) return {};
  return { read: toWireGrants(access.read), write: toWireGrants(access.write) };
}

function fromWireGrants(wire: z.infer<typeof wireGrantsSchema> | undefined): Grants {
  return { groupIds: [...new Set(wire?.group_ids)], userIds: [...new Set(wire?.user_ids)] };
}

function toWireGrants(grants: Grants): { group_ids: string[]; user_ids: string[] } {
  return { group_ids: [...grants.groupIds], user_ids: [...grants.userIds] };
}

function isEmpty(grants: Grants): boolean {
  return grants.groupIds.length === 0 && grants.userIds.length === 0;
}

/** A union hides where its members failed; the last member is the wire form, whose path a person wants to see. */
function describeFirstIssue(issue: z.core.$ZodRawIssue): string {
  const first = issue.code === "invalid_union" ? issue.errors.at(-1)?.[0] : undefined;
  if (first === undefined) return ".";
  return first.path.length === 0
    ? `: ${first.message}`
    : ` (${z.core.toDotPath(first.path)}): ${first.message}`;
}

import { z } from "zod";

/** The longest list of user ids, or of group ids, that one level may name. */
export const maxIdsPerGrantList = 500;
/** The longest id, in UTF-16 code units. */
export const maxIdLength = 64;

/** The users and groups that one level is granted to. */
export type Grants = { readonly groupIds: readonly string[]; readonly userIds: readonly string[] };
export type RestrictedAccess = { readonly kind: "restricted"; readonly read: Grants; readonly write: Grants };

/**
 * Who may use an object, as the domain says it.
 *
 * `public`: everyone signed in and active reads. `private`: nobody by grant. `restricted`: whom the lists name; write
 * implies read. `inherit`: what the connection shows by default; means something for overrides and bases only.
 */
export type AccessControl =
  | { readonly kind: "public" }
  | { readonly kind: "private" }
  | RestrictedAccess
  | { readonly kind: "inherit" };

/** Access that stands by itself. */
export type ExplicitAccess = Exclude<AccessControl, { kind: "inherit" }>;

/** An id as it is stored, whatever makes it: no control characters, which PostgreSQL and logs mishandle. */
export const idSchema = z
  .string()
  .min(1, "An id cannot be empty.")
  .max(maxIdLength, `An id has at most ${maxIdLength} characters.`)
  .refine((id) => !/\p{C}/u.test(id), "An id has no control characters.");

/** `*`, which Open WebUI's grants read as everyone, is refused: written out it would widen. */
export const grantIdSchema = idSchema.refine(
  (id) => id !== "*",
  "`*` is not an id; to share with everyone, make the model public.",
);

/** A list of ids without duplicates. The cap counts what was sent, duplicates included. */
export const grantIdsSchema = z
  .array(grantIdSchema)
  .max(maxIdsPerGrantList, `A list names at most ${maxIdsPerGrantList} ids; use a group for more people.`)
  .overwrite((ids) => [...new Set(ids)]);

const grantsSchema = z.strictObject({ groupIds: grantIdsSchema, userIds: grantIdsSchema });
const publicSchema = z.strictObject({ kind: z.literal("public") });
const privateSchema = z.strictObject({ kind: z.literal("private") });
const restrictedSchema = z.strictObject({
  kind: z.literal("restricted"),
  read: grantsSchema,
  write: grantsSchema,
});
const inheritSchema = z.strictObject({ kind: z.literal("inherit") });

/** The domain form without `inherit`: a custom model's access, a connection's default visibility. */
export const explicitAccessSchema: z.ZodType<ExplicitAccess, ExplicitAccess> = z.discriminatedUnion("kind", [
  publicSchema,
  privateSchema,
  restrictedSchema,
]);

/** The domain form: strict, at most 500 ids a list, duplicates removed. For tRPC; REST has `accessControlCodec`. */
export const accessControlSchema: z.ZodType<AccessControl, AccessControl> = z.discriminatedUnion("kind", [
  publicSchema,
  privateSchema,
  restrictedSchema,
  inheritSchema,
]);

/** Whether both let the same people in at each level as written: order, duplicates and empty lists do not count. */
export function isSameAccess(left: AccessControl, right: AccessControl): boolean {
  return accessKey(left) === accessKey(right);
}

function accessKey(access: AccessControl): string {
  if (access.kind !== "restricted") return JSON.stringify(access.kind);
  const { read, write } = access;
  const lists = [read.groupIds, read.userIds, write.groupIds, write.userIds];
  if (lists.every((ids) => ids.length === 0)) return JSON.stringify("private");
  return JSON.stringify(lists.map((ids) => [...new Set(ids)].toSorted()));
}

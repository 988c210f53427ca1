import { accessControlSchema, grantIdsSchema, type AccessControl, type Grants } from "@corral/access-control";
import { z } from "zod";
import { DomainError } from "../error/domain-error.ts";
import { limits } from "../limits.ts";
import type { ModelId } from "../model/model-id.ts";
import type { ModelPatch } from "../model/model-input.ts";
import { sameTag } from "../model/model-meta.ts";
import { paramModesSchema } from "../model/model-params.ts";
import type { ModelRecord } from "../model/model-record.ts";

const tagListSchema = z.array(z.string().trim().min(1).max(limits.tagLength)).max(limits.tagCount);
const someGrantsSchema = z.strictObject({
  groupIds: grantIdsSchema.default([]),
  userIds: grantIdsSchema.default([]),
});
const grantLevelsSchema = z.strictObject({
  read: someGrantsSchema.optional(),
  write: someGrantsSchema.optional(),
});

/** What is done to each of the chosen models. A field that is absent stays as it is. */
export const bulkChangeSchema = z
  .strictObject({
    isActive: z.boolean().optional(),
    hidden: z.boolean().optional(),
    tags: z
      .union([
        z.strictObject({ replace: tagListSchema }),
        z.strictObject({ add: tagListSchema.default([]), remove: tagListSchema.default([]) }),
      ])
      .optional(),
    /** Replaces who has access. */
    access: accessControlSchema.optional(),
    /** Adds and removes single rights; a public or inherited access has none and must be replaced. */
    grants: z
      .strictObject({ add: grantLevelsSchema.optional(), remove: grantLevelsSchema.optional() })
      .optional(),
    /** Key → value; `null` removes. */
    paramsPatch: z.record(z.string(), z.unknown()).optional(),
    paramModes: paramModesSchema.optional(),
    /** Key → value; `null` removes. */
    metaPatch: z.record(z.string(), z.unknown()).optional(),
    /** `null`: nobody; administrators manage it. */
    ownerId: z.uuid().nullable().optional(),
    /** What the first discovery policy that matches says about each of a provider's models, also where settings are stored. */
    policy: z.literal("apply").optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "must change something")
  .refine(({ access, grants }) => access === undefined || grants === undefined, {
    path: ["grants"],
    message: "cannot be changed one by one where the whole access is replaced",
  })
  .refine(({ policy, ...others }) => policy === undefined || Object.keys(others).length === 0, {
    path: ["policy"],
    message: "says what becomes of the models and stands alone",
  });
export type BulkChange = z.output<typeof bulkChangeSchema>;

/**
 * What the change means for one record as it is now; `undefined` for a base model without one.
 *
 * @throws DomainError `policy_not_found` for one that no policy decides about, `invalid_input`.
 */
export function toPatch(id: ModelId, stored: ModelRecord | undefined, change: BulkChange): ModelPatch {
  const { isActive, paramsPatch, paramModes, ownerId, policy } = change;
  if (policy !== undefined)
    throw new DomainError("policy_not_found", `No discovery policy decides about "${id}".`);
  const meta = {
    ...change.metaPatch,
    ...(change.hidden !== undefined && { hidden: change.hidden ? true : null }),
    ...(change.tags && { tags: changeTags(stored, change.tags) }),
  };
  const access = change.access ?? changeGrants(stored?.access ?? { kind: "inherit" }, change.grants);
  return {
    id,
    ...(isActive !== undefined && { isActive }),
    ...(paramsPatch && { paramsPatch }),
    ...(paramModes && { paramModes }),
    ...(ownerId !== undefined && { ownerId }),
    ...(Object.keys(meta).length > 0 && { metaPatch: meta }),
    ...(access && { access }),
  };
}

function changeTags(
  stored: ModelRecord | undefined,
  change: NonNullable<BulkChange["tags"]>,
): readonly { readonly name: string }[] | null {
  const tags = stored?.meta.tags ?? [];
  const next =
    "replace" in change
      ? change.replace.map((name) => ({ name }))
      : [
          ...tags.filter(({ name }) => !change.remove.some((removed) => sameTag(removed, name))),
          ...change.add
            .filter((added) => !tags.some(({ name }) => sameTag(name, added)))
            .map((name) => ({ name })),
        ];
  // No tags and an empty list of them are the same; only one of them is a change.
  return next.length === 0 && stored?.meta.tags === undefined ? null : next;
}

function changeGrants(access: AccessControl, change: BulkChange["grants"]): AccessControl | undefined {
  if (change === undefined) return undefined;
  if (access.kind === "public" || access.kind === "inherit") {
    if (change.add === undefined) return undefined;
    throw new DomainError(
      "invalid_input",
      `Access is ${access.kind === "public" ? "public" : "the connection's"}; replace it instead of adding to it.`,
      {
        details: {
          issues: [{ path: ["grants"], message: `cannot be added where access is ${access.kind}` }],
        },
      },
    );
  }
  const now = access.kind === "restricted" ? access : { read: nobody, write: nobody };
  const level = (name: "read" | "write"): Grants => ({
    groupIds: combine(now[name].groupIds, change.add?.[name]?.groupIds, change.remove?.[name]?.groupIds),
    userIds: combine(now[name].userIds, change.add?.[name]?.userIds, change.remove?.[name]?.userIds),
  });
  const next = { kind: "restricted", read: level("read"), write: level("write") } as const;
  const isEmpty = [next.read, next.write].every(
    ({ groupIds, userIds }) => groupIds.length + userIds.length === 0,
  );
  return isEmpty && access.kind === "private" ? undefined : next;
}

const nobody: Grants = { groupIds: [], userIds: [] };

function combine(
  now: readonly string[],
  added: readonly string[] = [],
  removed: readonly string[] = [],
): readonly string[] {
  return [...new Set([...now, ...added])].filter((id) => !removed.includes(id));
}

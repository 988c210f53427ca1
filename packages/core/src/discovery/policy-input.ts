import { z } from "zod";
import { limits } from "../limits.ts";
import { modelNameSchema } from "../model/model-input.ts";
import { policyActionsSchema, policyMatchSchema } from "./discovery-policy.ts";

export const createPolicySchema = z.strictObject({
  name: modelNameSchema,
  enabled: z.boolean().default(true),
  match: policyMatchSchema.default({}),
  actions: policyActionsSchema,
});
export type CreatePolicy = z.output<typeof createPolicySchema>;

/** A patch, one level deep: a field that is present replaces its whole value, an absent one stays. */
export const updatePolicySchema = z.strictObject({
  uid: z.uuid(),
  revision: z.int().min(1),
  name: modelNameSchema.optional(),
  enabled: z.boolean().optional(),
  match: policyMatchSchema.optional(),
  actions: policyActionsSchema.optional(),
});
export type UpdatePolicy = z.output<typeof updatePolicySchema>;

/** All policies, in the order they shall have. */
export const reorderPoliciesSchema = z.strictObject({
  uids: z.array(z.uuid()).max(limits.discoveryPolicies),
});

/** A stored policy as if it were enabled, one as it is being edited (`uid` and `match`), or a new one at the end (`match`). */
export const previewPolicySchema = z
  .strictObject({
    uid: z.uuid().optional(),
    match: policyMatchSchema.optional(),
    /** Only models first seen within so many days. */
    withinDays: z.int().min(1).max(3_650).optional(),
  })
  .refine(
    ({ uid, match }) => uid !== undefined || match !== undefined,
    "needs the uid of a policy, a match, or both",
  );
export type PreviewPolicy = z.output<typeof previewPolicySchema>;

/** `applies`; or somebody decided already: settings are stored, or an earlier policy matches too. */
export const policyOutcomes = ["applies", "has_settings", "earlier_policy"] as const;
export const policyPreviewSchema = z.strictObject({
  /** Models that match, by what becomes of them. */
  counts: z.record(z.enum(policyOutcomes), z.int()),
  /** The newest first, a bounded number. */
  models: z.array(
    z.strictObject({
      uid: z.string(),
      id: z.string(),
      connectionUid: z.string(),
      firstSeenAt: z.string(),
      outcome: z.enum(policyOutcomes),
      /** The earlier policy. */
      policyUid: z.string().nullable(),
    }),
  ),
});
export type PolicyPreview = z.output<typeof policyPreviewSchema>;

/** To models that are known already and that nobody has decided about; all that match, or only these. */
export const applyPolicySchema = z.strictObject({
  uid: z.uuid(),
  modelUids: z.array(z.uuid()).min(1).max(limits.upstreamModels).optional(),
});
export type ApplyPolicy = z.output<typeof applyPolicySchema>;
export const appliedPolicySchema = z.strictObject({
  /** uids of the models that got settings. */
  applied: z.array(z.string()),
  /** How many of the named ones did not: they do not match, or somebody had decided. */
  skipped: z.int(),
});
export type AppliedPolicy = z.output<typeof appliedPolicySchema>;

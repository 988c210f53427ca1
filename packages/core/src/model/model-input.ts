import { accessControlSchema } from "@corral/access-control";
import { z } from "zod";
import { countCodePoints } from "../code-points.ts";
import { limits } from "../limits.ts";
import { modelIdSchema, newModelIdSchema } from "./model-id.ts";
import { modelMetaSchema } from "./model-meta.ts";
import { modelParamsSchema, paramModesSchema } from "./model-params.ts";

export const modelNameSchema = z
  .string()
  .transform((name) => name.normalize("NFC").trim())
  .refine((name) => name.length > 0, "must not be empty")
  .refine(
    (name) => countCodePoints(name) <= limits.nameLength,
    `must have at most ${limits.nameLength} characters`,
  )
  .refine(
    (name) => name.isWellFormed() && !/[\p{Cc}\p{Bidi_Control}]/u.test(name),
    "must not contain control characters",
  );

/**
 * A new custom model (`baseModelId` names its base), or the override of a live base model (`baseModelId: null`; `id`
 * is then the base model's).
 */
export const createModelSchema = z.strictObject({
  id: newModelIdSchema,
  name: modelNameSchema,
  baseModelId: modelIdSchema.nullable(),
  params: modelParamsSchema.default({}),
  paramModes: paramModesSchema.default({}),
  meta: modelMetaSchema.default({}),
  /** Absent: owner only for a custom model, `inherit` for an override. */
  access: accessControlSchema.optional(),
  isActive: z.boolean().default(true),
});
export type CreateModel = z.output<typeof createModelSchema>;

/** A patch, one level deep: a field that is present replaces its whole value, an absent one stays. */
export const updateModelSchema = z.strictObject({
  id: modelIdSchema,
  /** The revision the change is based on; absent only for a base model that has no record yet. */
  revision: z.int().min(1).optional(),
  name: modelNameSchema.optional(),
  baseModelId: modelIdSchema.nullable().optional(),
  params: modelParamsSchema.optional(),
  /** Key → value; `null` removes. Applied after `params`. */
  paramsPatch: z.record(z.string(), z.unknown()).optional(),
  paramModes: paramModesSchema.optional(),
  meta: modelMetaSchema.optional(),
  metaPatch: z.record(z.string(), z.unknown()).optional(),
  access: accessControlSchema.optional(),
  isActive: z.boolean().optional(),
});
export type UpdateModel = z.output<typeof updateModelSchema>;

/** A patch with what only bulk edits and undo change too. */
export type ModelPatch = UpdateModel & {
  /** Gives a custom model to someone else; `null`: to nobody, administrators manage it. */
  readonly ownerId?: string | null;
};

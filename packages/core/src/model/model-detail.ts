import { accessControlSchema } from "@corral/access-control";
import { z } from "zod";
import { modelLimitsSchema, modelRowSchema } from "../catalog/model-row.ts";
import { resolvedParamSchema } from "../preview/resolved-params.ts";

/** What those who may write a model see beside its row. */
export const modelDefinitionSchema = z.strictObject({
  params: z.record(z.string(), z.unknown()),
  paramModes: z.record(z.string(), z.enum(["default", "fixed", "max"])),
  meta: z.record(z.string(), z.unknown()),
  access: accessControlSchema,
  /** `delegate`: readers call through it without reading the base. `null` for an override. */
  baseAccess: z.enum(["inherit", "delegate"]).nullable(),
  /** Name of the base when it was last set; for repair when the base is missing. */
  baseId: z.string().nullable(),
});

/** The params that count when the model is called, and who sets them. */
export const resolvedModelSchema = z.strictObject({
  /** For those who may write the model, with the defaults of the first place that serves it; else `null`. */
  params: z.array(resolvedParamSchema).nullable(),
  /** How many params are set by levels that the actor may not look into. */
  withheld: z.int(),
});

/** One model. `definition` is `null` for those who may only read it. */
export const modelDetailSchema = modelRowSchema.extend({
  limits: modelLimitsSchema,
  suggestionPrompts: z.array(z.string()),
  definition: modelDefinitionSchema.nullable(),
  resolved: resolvedModelSchema,
});
export type ModelDetail = z.output<typeof modelDetailSchema>;

import { accessControlSchema } from "@corral/access-control";
import { z } from "zod";
import { modelLimitsSchema, modelRowSchema } from "../catalog/model-row.ts";

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

/** One model. `definition` is `null` for those who may only read it. */
export const modelDetailSchema = modelRowSchema.extend({
  limits: modelLimitsSchema,
  suggestionPrompts: z.array(z.string()),
  definition: modelDefinitionSchema.nullable(),
});
export type ModelDetail = z.output<typeof modelDetailSchema>;

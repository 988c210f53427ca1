import { z } from "zod";
import { limits } from "../limits.ts";
import { modelIdSchema, newModelIdSchema } from "../model/model-id.ts";
import type { BaseReference } from "../model/model-record.ts";

/** A name that stands for one or more models. It is nobody's: who may call a target may call it through the alias. */
export type Alias = {
  readonly uid: string;
  readonly id: string;
  readonly description: string;
  readonly targets: readonly AliasTarget[];
  /** The optimistic lock: grows by one with every write. */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type AliasTarget = {
  /** `null` when the model was deleted. */
  readonly model: BaseReference | null;
  /** Its name when it was last set, for display and repair. */
  readonly id: string;
  /** How often it is chosen, against the weights of the others; 0 is for when the others fail. */
  readonly weight: number;
};

const descriptionSchema = z.string().max(limits.descriptionLength);
const targetsSchema = z
  .array(
    z.strictObject({
      id: modelIdSchema,
      weight: z.int().min(0).max(limits.aliasWeightMax).default(1),
    }),
  )
  .min(1)
  .max(limits.aliasTargetCount);

export const createAliasSchema = z.strictObject({
  id: newModelIdSchema,
  description: descriptionSchema.default(""),
  targets: targetsSchema,
  /** Takes the name from the target that bears it, which is then called `<slug>/<id>`. */
  takeName: z.boolean().default(false),
});
export type CreateAlias = z.output<typeof createAliasSchema>;

/** A field that is present replaces its whole value, an absent one stays. The name is fixed. */
export const updateAliasSchema = z.strictObject({
  id: modelIdSchema,
  revision: z.int().min(1),
  description: descriptionSchema.optional(),
  targets: targetsSchema.optional(),
});
export type UpdateAlias = z.output<typeof updateAliasSchema>;

/** An alias as a caller may see it: `definition` is for administrators. */
export const aliasViewSchema = z.strictObject({
  uid: z.string(),
  id: z.string(),
  description: z.string(),
  callable: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
  definition: z
    .strictObject({
      revision: z.int(),
      targets: z.array(
        z.strictObject({
          /** `null` when the model was deleted; `id` is then the name it had. */
          uid: z.string().nullable(),
          id: z.string(),
          weight: z.int(),
          /** By the one who asks. */
          callable: z.boolean(),
        }),
      ),
    })
    .nullable(),
});
export type AliasView = z.output<typeof aliasViewSchema>;

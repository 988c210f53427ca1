import { z } from "zod";
import { shownAliasesSchema } from "../catalog/aliases-of.ts";
import { errorCodes, type ErrorCode } from "../error/error-codes.ts";
import { fieldChangeSchema } from "../model/model-history.ts";
import { impactKinds } from "./compute-impact.ts";
import { resolvedParamSchema } from "./resolved-params.ts";

/** How many people, and those among them whom the actor may know. */
const peopleSchema = z.strictObject({
  count: z.int(),
  named: z.array(z.strictObject({ id: z.string(), name: z.string() })),
});
export type ShownPeople = z.output<typeof peopleSchema>;

const gainedAndLostSchema = z.strictObject({ gained: peopleSchema, lost: peopleSchema });

const delegationSchema = z.enum(["none", "stands", "ended"]);

// safe: the table's own keys
const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];

export const shownImpactSchema = z.strictObject({
  uid: z.string(),
  id: z.string(),
  name: z.string(),
  /** Why the change reaches it: it is the edited one, or stands on it. */
  isEdited: z.boolean(),
  mayWrite: z.boolean(),
  kinds: z.array(z.enum([...impactKinds, "appearance"])),
  /** For those who may write the model; else `null`. */
  params: z
    .array(
      z.strictObject({
        name: z.string(),
        before: resolvedParamSchema.nullable(),
        after: resolvedParamSchema.nullable(),
      }),
    )
    .nullable(),
  readers: gainedAndLostSchema,
  callers: gainedAndLostSchema,
  /** Whether someone vouches for its base; `ended`: the one who did no longer may. */
  delegation: z.strictObject({ before: delegationSchema, after: delegationSchema }),
  /** Why its owner cannot call it; `null` where they can, or where there is no owner. */
  forOwner: z.strictObject({ before: z.enum(codes).nullable(), after: z.enum(codes).nullable() }),
});
export type ShownImpact = z.output<typeof shownImpactSchema>;

/** What an update would do. */
export const updatePreviewSchema = z.strictObject({
  /** Why it would be refused; then nothing else is known. */
  refusal: z
    .strictObject({
      code: z.enum(codes),
      message: z.string(),
      remedy: z.string(),
      issues: z.array(
        z.strictObject({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }),
      ),
    })
    .nullable(),
  /** Of the record that the preview is about; `null` for a base model without one. */
  revision: z.int().nullable(),
  /** Fields of the record itself. */
  changes: z.array(fieldChangeSchema),
  /** Models that change for those who use them, this one included. */
  total: z.int(),
  /** Those of them that the actor may read, nearest first; at most 100. */
  models: z.array(shownImpactSchema),
  /** How many change that the actor may not see. */
  hidden: z.int(),
  /** That stand for the model, or for one that changes with it. */
  aliases: shownAliasesSchema,
  /** People who gain or lose at least one model to call. */
  people: z.strictObject({ gaining: z.int(), losing: z.int() }),
  /** `hide_or_stop`: it would stop models that stand on it; hiding it instead would keep them. */
  asks: z.enum(["hide_or_stop"]).nullable(),
  /** `false`: more models or people are concerned than are looked at. */
  complete: z.boolean(),
});
export type UpdatePreview = z.output<typeof updatePreviewSchema>;

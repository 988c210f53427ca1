import { z } from "zod";
import { instantSchema } from "../instant.ts";
import { limits } from "../limits.ts";
import { modelIdSchema } from "../model/model-id.ts";
import type { BaseReference } from "../model/model-record.ts";

/** That a model should no longer be used, from when it cannot be, and what takes its place. */
export type ModelLifecycle = {
  /** Of the model. */
  readonly uid: string;
  /** ISO 8601. */
  readonly deprecatedAt: string;
  /** From then on calls are refused; `null`: not decided. */
  readonly retiresAt: string | null;
  readonly successor: BaseReference | null;
  /** For people: why, and what to do. */
  readonly note: string;
};

export const deprecateModelSchema = z.strictObject({
  id: modelIdSchema,
  retiresAt: instantSchema.nullable().default(null),
  /** A model that takes its place. */
  successorId: modelIdSchema.nullable().default(null),
  note: z.string().trim().max(limits.lifecycleNoteLength).default(""),
});
export type DeprecateModel = z.output<typeof deprecateModelSchema>;

/** A lifecycle as somebody may see it. */
export const lifecycleViewSchema = z.strictObject({
  deprecatedAt: z.string(),
  retiresAt: z.string().nullable(),
  retired: z.boolean(),
  /** `null` without one, and for those who may not read it. */
  successorId: z.string().nullable(),
  note: z.string(),
});
export type LifecycleView = z.output<typeof lifecycleViewSchema>;

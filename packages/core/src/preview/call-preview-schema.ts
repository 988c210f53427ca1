import { z } from "zod";
import { callParamsSchema } from "../chat/chat-request.ts";
import { providerKinds } from "../connection/connection-endpoint.ts";
import { jsonObjectSchema, jsonValueSchema } from "../json.ts";
import { modelIdSchema } from "../model/model-id.ts";
import { resolvedParamSchema } from "./resolved-params.ts";

export const previewCallSchema = z.strictObject({
  id: modelIdSchema,
  /** What a caller would send along. */
  params: callParamsSchema.default({}),
});
export type PreviewCall = z.output<typeof previewCallSchema>;

export const previewBaseSchema = previewCallSchema.extend({ baseModelId: modelIdSchema });
export type PreviewBase = z.output<typeof previewBaseSchema>;

const noteSchema = z.strictObject({
  param: z.string(),
  action: z.enum(["renamed", "converted", "clamped", "dropped"]),
  to: z.string().optional(),
  reason: z.string(),
});

const candidateSchema = z.strictObject({
  /** For those who may see connections; else `null`. */
  connection: z.strictObject({ uid: z.string(), name: z.string() }).nullable(),
  provider: z.enum(providerKinds),
  /** `false`: the connection is switched off, or no longer lists the model. */
  isUsable: z.boolean(),
  /** Of the endpoint, for those who may see connections; else `null`. */
  url: z.string().nullable(),
  /** What is sent, for one message of a user. Lacks what is withheld. */
  body: jsonObjectSchema,
  /** What was renamed, converted, clamped or dropped on the way, and why. */
  notes: z.array(noteSchema),
  params: z.array(resolvedParamSchema),
  /** How many params are set by levels that the actor may not look into. */
  withheld: z.int(),
});
export type CandidatePreview = z.output<typeof candidateSchema>;

export const callPreviewSchema = z.strictObject({
  /** Why a call of the actor would be refused now. */
  refusal: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  /** In the order in which they are tried. */
  candidates: z.array(candidateSchema),
});
export type CallPreview = z.output<typeof callPreviewSchema>;

export const basePreviewSchema = z.strictObject({
  before: callPreviewSchema,
  after: callPreviewSchema,
  /** What differs between the bodies for the first candidates. Absent values are `null`. */
  differences: z.array(
    z.strictObject({ path: z.array(z.string()), before: jsonValueSchema, after: jsonValueSchema }),
  ),
});
export type BasePreview = z.output<typeof basePreviewSchema>;

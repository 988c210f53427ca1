import { z } from "zod";
import { jsonObjectSchema } from "../json.ts";
import { limits } from "../limits.ts";
import { modelIdSchema } from "../model/model-id.ts";
import { chatMessagesSchema } from "./chat-message.ts";
import { callParamsSchema } from "./chat-request.ts";

/** A prompt to continue, as asked for: before the preset, access and params. */
export const textRequestSchema = z.strictObject({
  model: modelIdSchema,
  prompt: z.string().min(1),
  /** Text that follows the gap to fill. */
  suffix: z.string().min(1).optional(),
  params: callParamsSchema.default({}),
  choiceCount: z.int().min(1).max(limits.choiceCount).optional(),
  logprobs: z.strictObject({ top: z.int().min(0).max(20) }).optional(),
  extensions: jsonObjectSchema.optional(),
  /** The same as a conversation, where a model's template is to wrap the prompt: for providers that only have those. */
  conversation: z
    .strictObject({ messages: chatMessagesSchema, extensions: jsonObjectSchema.optional() })
    .optional(),
});
export type TextRequest = z.output<typeof textRequestSchema>;

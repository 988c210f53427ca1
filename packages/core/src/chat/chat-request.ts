import { z } from "zod";
import { jsonObjectSchema } from "../json.ts";
import { limits } from "../limits.ts";
import { modelIdSchema } from "../model/model-id.ts";
import { callParamShape } from "../model/model-params.ts";
import { chatMessagesSchema, chatToolSchema, toolChoiceSchema } from "./chat-message.ts";

/** Parameters a caller may send with a call. Names of one quantity were already made one by the door. */
export const callParamsSchema = z.strictObject(callParamShape);
export type CallParams = z.output<typeof callParamsSchema>;

/** A call as asked for: before the preset, access and params. */
export const chatRequestSchema = z.strictObject({
  model: modelIdSchema,
  messages: chatMessagesSchema,
  params: callParamsSchema.default({}),
  tools: z.array(chatToolSchema).min(1).max(512).optional(),
  toolChoice: toolChoiceSchema.optional(),
  parallelToolCalls: z.boolean().optional(),
  choiceCount: z.int().min(1).max(limits.choiceCount).optional(),
  logprobs: z.strictObject({ top: z.int().min(0).max(20) }).optional(),
  extensions: jsonObjectSchema.optional(),
  prefer: z.enum(["parts", "openai"]).optional(),
});
export type ChatRequest = z.output<typeof chatRequestSchema>;

import { z } from "zod";
import { jsonValueSchema } from "../json.ts";
import { limits } from "../limits.ts";

/*
 * The neutral message has OpenAI's shape: it is the widest of the dialects, and what a provider of that dialect gets
 * must lose nothing. Unknown keys are therefore kept.
 */

const textPartSchema = z.looseObject({ type: z.literal("text"), text: z.string() });
const imagePartSchema = z.looseObject({
  type: z.literal("image_url"),
  image_url: z.looseObject({ url: z.string().min(1), detail: z.string().optional() }),
});
const audioPartSchema = z.looseObject({
  type: z.literal("input_audio"),
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
});
const filePartSchema = z.looseObject({ type: z.literal("file"), file: z.looseObject({}) });
const refusalPartSchema = z.looseObject({ type: z.literal("refusal"), refusal: z.string() });

export const contentPartSchema = z.discriminatedUnion("type", [
  textPartSchema,
  imagePartSchema,
  audioPartSchema,
  filePartSchema,
  refusalPartSchema,
]);
export type ContentPart = z.output<typeof contentPartSchema>;

const contentSchema = z.union([z.string(), z.array(contentPartSchema)]);

export const toolCallSchema = z.looseObject({
  id: z.string(),
  type: z.literal("function").default("function"),
  /** `arguments` is JSON text, as the model wrote it. */
  function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
});
export type ToolCall = z.output<typeof toolCallSchema>;

const systemMessageSchema = z.looseObject({ role: z.enum(["system", "developer"]), content: contentSchema });
const userMessageSchema = z.looseObject({ role: z.literal("user"), content: contentSchema });
const assistantMessageSchema = z.looseObject({
  role: z.literal("assistant"),
  content: contentSchema.nullish(),
  reasoning_content: z.string().nullish(),
  tool_calls: z.array(toolCallSchema).nullish(),
});
const toolMessageSchema = z.looseObject({
  role: z.literal("tool"),
  content: contentSchema,
  tool_call_id: z.string(),
});

export const chatMessageSchema = z.discriminatedUnion("role", [
  systemMessageSchema,
  userMessageSchema,
  assistantMessageSchema,
  toolMessageSchema,
]);
export type ChatMessage = z.output<typeof chatMessageSchema>;

export const chatMessagesSchema = z
  .array(chatMessageSchema)
  .min(1, "needs at least one message")
  .max(limits.messageCount);

export const chatToolSchema = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/u),
    description: z.string().optional(),
    parameters: z.record(z.string(), jsonValueSchema).optional(),
    strict: z.boolean().nullish(),
  }),
});
export type ChatTool = z.output<typeof chatToolSchema>;

export const toolChoiceSchema = z.union([
  z.enum(["none", "auto", "required"]),
  z.looseObject({ type: z.literal("function"), function: z.looseObject({ name: z.string() }) }),
]);
export type ToolChoice = z.output<typeof toolChoiceSchema>;

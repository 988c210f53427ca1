import { chatRequestSchema, finishReasons, type ChatAnswer } from "@corral/core";
import { z } from "zod";

/** The typed client speaks the neutral form; OpenAI's own lives under `/v1`. */
export const chatInputSchema = chatRequestSchema.omit({ prefer: true, extensions: true });

const usageSchema = z.strictObject({
  promptTokens: z.number(),
  completionTokens: z.number(),
  cachedTokens: z.number().optional(),
  reasoningTokens: z.number().optional(),
});

/** What was changed between the parameters that the caller sent and those that were used. */
const paramNoteSchema = z.strictObject({
  param: z.string(),
  action: z.enum(["renamed", "converted", "clamped", "dropped"]),
  to: z.string().optional(),
  reason: z.string(),
});

const toolCallSchema = z.strictObject({ id: z.string(), name: z.string(), arguments: z.string() });

export const chatAnswerSchema = z.strictObject({
  model: z.string(),
  choices: z.array(
    z.strictObject({
      index: z.number(),
      text: z.string(),
      reasoning: z.string(),
      refusal: z.string().nullable(),
      toolCalls: z.array(toolCallSchema),
      finishReason: z.enum(finishReasons),
    }),
  ),
  usage: usageSchema.nullable(),
  notes: z.array(paramNoteSchema),
});

/** One step of a stream; the last one of a choice is `finish`. */
export const chatEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("start"), model: z.string(), notes: z.array(paramNoteSchema) }),
  z.strictObject({ type: z.literal("text"), choice: z.number(), text: z.string() }),
  z.strictObject({ type: z.literal("reasoning"), choice: z.number(), text: z.string() }),
  z.strictObject({ type: z.literal("refusal"), choice: z.number(), text: z.string() }),
  z.strictObject({
    type: z.literal("tool-call"),
    choice: z.number(),
    index: z.number(),
    id: z.string(),
    name: z.string(),
  }),
  z.strictObject({
    type: z.literal("tool-arguments"),
    choice: z.number(),
    index: z.number(),
    text: z.string(),
  }),
  z.strictObject({ type: z.literal("usage"), usage: usageSchema }),
  z.strictObject({ type: z.literal("finish"), choice: z.number(), reason: z.enum(finishReasons) }),
]);
export type ChatEvent = z.output<typeof chatEventSchema>;

export function toChatAnswer({ model, completion, notes }: ChatAnswer): z.output<typeof chatAnswerSchema> {
  return {
    model,
    choices: completion.choices.map(({ index, text, reasoning, refusal, toolCalls, finishReason }) => ({
      index,
      text,
      reasoning,
      refusal,
      toolCalls: toolCalls.map((call) => ({
        id: call.id,
        name: call.function.name,
        arguments: call.function.arguments,
      })),
      finishReason,
    })),
    usage: completion.usage ?? null,
    notes: [...notes],
  };
}

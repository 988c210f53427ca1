import { z } from "zod";
import { openAIErrorSchema } from "./error-body.ts";

/*
 * What `/v1` answers. A provider of the same dialect may add fields of its own, so what holds its answer is open; its
 * own choices come as they are.
 */

const usageSchema = z
  .looseObject({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() })
  .nullable();
const head = {
  id: z.string(),
  created: z.int().describe("Seconds since 1970."),
  model: z.string().describe("The name that was asked for, whatever answers."),
};

export const chatCompletionSchema = z
  .looseObject({
    ...head,
    object: z.literal("chat.completion"),
    choices: z.array(
      z.looseObject({
        index: z.int(),
        message: z.looseObject({ role: z.string(), content: z.string().nullish() }),
        finish_reason: z.string().nullish(),
      }),
    ),
    usage: usageSchema.optional(),
  })
  .meta({ id: "ChatCompletion" });

const chatChunkSchema = z
  .looseObject({
    ...head,
    object: z.literal("chat.completion.chunk"),
    choices: z.array(
      z.looseObject({
        index: z.int(),
        delta: z.looseObject({}).optional().describe("Absent in the notes of Azure's content filter."),
      }),
    ),
    usage: usageSchema
      .optional()
      .describe("In the last event, where `stream_options.include_usage` asks for it."),
  })
  .meta({ id: "ChatCompletionChunk" });

const logprobsSchema = z.looseObject({ tokens: z.array(z.string()) }).nullable();
const textChoice = z.object({
  text: z.string(),
  index: z.int(),
  logprobs: logprobsSchema,
  finish_reason: z.string().nullable(),
});

/** Whole, and each event of one that is streamed. */
export const textCompletionSchema = z
  .object({
    ...head,
    object: z.literal("text_completion"),
    choices: z.array(textChoice),
    usage: usageSchema.optional(),
  })
  .meta({ id: "TextCompletion" });

/** The data of the events of a stream; one that fails under way ends with an error. */
export const chatEventSchema = z.union([chatChunkSchema, openAIErrorSchema]);
export const textEventSchema = z.union([textCompletionSchema, openAIErrorSchema]);

export const embeddingListSchema = z
  .object({
    object: z.literal("list"),
    model: z.string(),
    data: z.array(
      z.object({
        object: z.literal("embedding"),
        index: z.int(),
        embedding: z
          .union([z.array(z.number()), z.string()])
          .describe("A text with `encoding_format: base64`: little-endian 32-bit floats."),
      }),
    ),
    usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
  })
  .meta({ id: "EmbeddingList" });

export const listedModelSchema = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    created: z.int().describe("Seconds since 1970."),
    owned_by: z.string(),
  })
  .meta({ id: "ListedModel" });
export const modelListSchema = z.object({ object: z.literal("list"), data: z.array(listedModelSchema) });

const answerHead = { id: "chatcmpl-1f0c", created: 1_795_344_000, model: "support-bot" };
const textHead = { ...answerHead, id: "cmpl-1f0c", object: "text_completion" };
const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };

/** What answers look like, for the description. */
export const answerExamples = {
  chat: {
    ...answerHead,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hello!", refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage,
  },
  chatEvents: toEvents({
    ...answerHead,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: { content: "Hello!" }, logprobs: null, finish_reason: null }],
  }),
  text: {
    ...textHead,
    choices: [{ text: "Hello!", index: 0, logprobs: null, finish_reason: "stop" }],
    usage,
  },
  textEvents: toEvents({
    ...textHead,
    choices: [{ text: "Hello!", index: 0, logprobs: null, finish_reason: null }],
  }),
  embeddings: {
    object: "list",
    data: [{ object: "embedding", index: 0, embedding: [0.6, 0.8] }],
    model: "embedder",
    usage: { prompt_tokens: 1, total_tokens: 1 },
  },
  model: { id: "support-bot", object: "model", created: 1_795_344_000, owned_by: "corral" },
} as const;

function toEvents(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
}

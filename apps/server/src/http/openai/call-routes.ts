import type { z } from "zod";
import { callErrors } from "../ollama/ollama-errors.ts";
import { callHeaders } from "../rest/answer-headers.ts";
import { sendBytes } from "../rest/answer-bytes.ts";
import { restRoute, type OtherAnswer, type RestCall } from "../rest/rest-route.ts";
import {
  answerExamples,
  chatCompletionSchema,
  chatEventSchema,
  embeddingListSchema,
  textCompletionSchema,
  textEventSchema,
} from "./answer-schemas.ts";
import { handleChatCompletions } from "./chat-completions.ts";
import { handleCompletions } from "./completions.ts";
import { embeddingsBodySchema, handleEmbeddings } from "./embeddings.ts";
import { chatBodySchema } from "./parse-chat-request.ts";
import { completionBodySchema } from "./parse-completion-request.ts";

const shared = {
  method: "POST",
  tag: "calls",
  policy: { auth: "member", scope: "gateway:invoke" },
  dialect: "openai",
  takesCall: true,
  errors: callErrors,
  headers: callHeaders,
} as const;

/** As `POST /v1/chat/completions`, also where Open WebUI's clients and the seed's look for it. */
export const chatCompletions = restRoute({
  ...shared,
  path: "/chat/completions",
  operationId: "chatCompletions",
  summary: "The next message of a conversation",
  description: "The same under `/v1`, `/api`, `/api/v1` and `/openai`.",
  body: chatBodySchema,
  answer: chatCompletionSchema,
  otherAnswers: [streamOf(chatEventSchema, answerExamples.chatEvents)],
  examples: {
    body: { model: "support-bot", messages: [{ role: "user", content: "Hello" }] },
    answer: answerExamples.chat,
  },
  handle: async (call) => send(call, await handleChatCompletions(portsOf(call), call)),
});

/** `POST /v1/completions`. */
export const completions = restRoute({
  ...shared,
  path: "/completions",
  operationId: "completions",
  summary: "A prompt continued, as older clients ask for it",
  body: completionBodySchema,
  answer: textCompletionSchema,
  otherAnswers: [streamOf(textEventSchema, answerExamples.textEvents)],
  examples: { body: { model: "support-bot", prompt: "Once upon" }, answer: answerExamples.text },
  handle: async (call) => send(call, await handleCompletions(portsOf(call), call)),
});

/** As `POST /v1/embeddings`. */
export const embeddings = restRoute({
  ...shared,
  path: "/embeddings",
  operationId: "embeddings",
  summary: "Vectors of one or more texts",
  description: "The same under `/v1`, `/api`, `/api/v1` and `/openai`.",
  body: embeddingsBodySchema,
  answer: embeddingListSchema,
  examples: { body: { model: "embedder", input: "one" }, answer: answerExamples.embeddings },
  handle: async (call) => send(call, await handleEmbeddings(portsOf(call), call)),
});

function streamOf(itemSchema: z.ZodType, example: string): OtherAnswer {
  const description = "With `stream: true`, events; after the last one `data: [DONE]`";
  return { status: 200, description, contentType: "text/event-stream", itemSchema, example };
}

/** Written by ourselves: numbers and order of a provider's answer stay as they are. What was streamed is sent already. */
function send({ reply }: Pick<RestCall, "reply">, answer: object | undefined) {
  return answer === undefined ? reply : sendBytes(reply, Buffer.from(JSON.stringify(answer)));
}

function portsOf({ services, container }: Pick<RestCall, "services" | "container">) {
  return {
    chat: services.chat,
    calls: container.calls,
    catalog: services.catalog,
    heartbeatMs: container.env.heartbeatMs,
  };
}

import {
  chatRequestSchema,
  DomainError,
  resolveCallable,
  textRequestSchema,
  type Actor,
  type ChatAnswer,
  type ChatStream,
} from "@corral/core";
import {
  fromOllamaChat,
  fromOllamaEmbed,
  fromOllamaEmbeddings,
  fromOllamaGenerate,
  ollamaChatBodySchema,
  ollamaEmbedBodySchema,
  ollamaEmbeddingsBodySchema,
  ollamaGenerateBodySchema,
  toOllamaAnswer,
  toOllamaEmbedding,
  toOllamaEmbeddings,
  toOllamaLines,
  toOllamaLoadAnswer,
  type OllamaEmbedRequest,
  type OllamaGenerateRequest,
  type OllamaLoadRequest,
} from "@corral/provider-ollama/facade";
import type { z } from "zod";
import { attemptHeaders } from "../openai/error-body.ts";
import { lifecycleHeaders } from "../openai/lifecycle-headers.ts";
import { noteHeaders } from "../openai/note-headers.ts";
import { parseBody } from "../parse-body.ts";
import { callHeaders } from "../rest/answer-headers.ts";
import { sendBytes } from "../rest/answer-bytes.ts";
import { beginCall } from "../rest/begin-call.ts";
import { restRoute, type OtherAnswer, type RestCall } from "../rest/rest-route.ts";
import {
  messageLineSchema,
  ollamaEmbeddingSchema,
  ollamaEmbeddingsSchema,
  ollamaExamples,
  ollamaMessageSchema,
  ollamaResponseSchema,
  responseLineSchema,
} from "./answer-schemas.ts";
import { callErrors } from "./ollama-errors.ts";
import { sendLines } from "./send-lines.ts";

const shared = {
  method: "POST",
  tag: "ollama",
  policy: { auth: "member", scope: "gateway:invoke" },
  dialect: "ollama",
  takesCall: true,
  errors: callErrors,
  headers: callHeaders,
} as const;

function linesOf(itemSchema: z.ZodType, example: string): OtherAnswer {
  const description = "Lines of JSON, the last one with `done: true`; one object with `stream: false`";
  return { status: 200, description, contentType: "application/x-ndjson", itemSchema, example };
}

export const chat = restRoute({
  ...shared,
  path: "/chat",
  operationId: "chat",
  summary: "The next message of a conversation, of any model that the caller may call",
  body: ollamaChatBodySchema,
  answer: ollamaMessageSchema,
  otherAnswers: [linesOf(messageLineSchema, ollamaExamples.messageLines)],
  examples: {
    body: { model: "support-bot", messages: [{ role: "user", content: "Hello" }] },
    answer: ollamaExamples.message,
  },
  async handle(call) {
    const asked = fromOllamaChat(call.request.body);
    if (asked.kind !== "chat") return answerLoad(call, asked, "chat");
    const { model, messages, params, tools, logprobs, extensions, stream } = asked;
    const request = parseBody(chatRequestSchema, { model, messages, params, tools, logprobs, extensions });
    const { chat: service } = call.services;
    return answer(
      call,
      { model, shape: "chat", stream },
      {
        whole: (context) => service.complete(call.actor, request, context),
        streamed: (context) => service.stream(call.actor, request, context),
      },
    );
  },
});

export const generate = restRoute({
  ...shared,
  path: "/generate",
  operationId: "generate",
  summary: "A prompt continued, by any model that the caller may call",
  body: ollamaGenerateBodySchema,
  answer: ollamaResponseSchema,
  otherAnswers: [linesOf(responseLineSchema, ollamaExamples.responseLines)],
  examples: {
    body: { model: "support-bot", prompt: "Why is the sky blue?" },
    answer: ollamaExamples.response,
  },
  async handle(call) {
    const asked = fromOllamaGenerate(call.request.body);
    if (asked.kind !== "generate") return answerLoad(call, asked, "generate");
    const request = toTextRequest(asked);
    const { chat: service } = call.services;
    return answer(
      call,
      { model: asked.model, shape: "generate", stream: asked.stream },
      {
        whole: (context) => service.completeText(call.actor, request, context),
        streamed: (context) => service.streamText(call.actor, request, context),
      },
    );
  },
});

export const embed = restRoute({
  ...shared,
  path: "/embed",
  operationId: "embed",
  summary: "Vectors of one or more texts",
  body: ollamaEmbedBodySchema,
  answer: ollamaEmbeddingsSchema,
  examples: {
    body: { model: "embedder", input: ["one", "two"] },
    answer: {
      model: "embedder",
      embeddings: [
        [0.6, 0.8],
        [1, 0],
      ],
      prompt_eval_count: 2,
    },
  },
  async handle(call) {
    const startedAt = Date.now();
    const asked = fromOllamaEmbed(call.request.body);
    if (asked.kind !== "embed") {
      assertCallable(call, asked.model);
      return { model: asked.model, embeddings: [] };
    }
    const vectors = await embedTexts(call, asked);
    return sendJson(call, toOllamaEmbeddings(asked.model, vectors, Date.now() - startedAt));
  },
});

export const embeddings = restRoute({
  ...shared,
  path: "/embeddings",
  operationId: "embeddings",
  summary: "The vector of one text, as older clients ask for it",
  body: ollamaEmbeddingsBodySchema,
  answer: ollamaEmbeddingSchema,
  examples: { body: { model: "embedder", prompt: "one" }, answer: { embedding: [0.6, 0.8] } },
  async handle(call) {
    const asked = fromOllamaEmbeddings(call.request.body);
    if (asked.kind !== "embed") {
      assertCallable(call, asked.model);
      return { embedding: [] };
    }
    return sendJson(call, toOllamaEmbedding(await embedTexts(call, asked)));
  },
});

type Caller = Pick<RestCall, "services" | "container" | "request" | "reply"> & { readonly actor: Actor };
type Context = { readonly signal: AbortSignal };

async function answer(
  call: Caller,
  {
    model,
    shape,
    stream,
  }: { readonly model: string; readonly shape: "chat" | "generate"; readonly stream: boolean },
  ask: {
    readonly whole: (context: Context) => Promise<ChatAnswer>;
    readonly streamed: (context: Context) => Promise<ChatStream>;
  },
) {
  const { actor, reply, services } = call;
  const startedAt = Date.now();
  reply.headers(lifecycleHeaders(services.catalog, actor, model));
  const signal = beginCall(call);
  if (stream) {
    const { batches, notes, attempts } = await ask.streamed({ signal });
    reply.headers({ ...noteHeaders(notes), ...attemptHeaders(attempts) });
    const onFailure = (error: unknown) => call.container.logFailure(call.request.log, error);
    return sendLines(reply, toOllamaLines(batches, { model, shape, startedAt, onFailure }), signal);
  }
  const { completion, notes, attempts } = await ask.whole({ signal });
  reply.headers({ ...noteHeaders(notes), ...attemptHeaders(attempts) });
  return sendJson(call, toOllamaAnswer(completion, { model, shape }, { startedAt, endedAt: Date.now() }));
}

/** Written by ourselves: numbers and order of a provider's answer stay as they are. */
function sendJson({ reply }: Pick<Caller, "reply">, body: object): Buffer {
  return sendBytes(reply, Buffer.from(JSON.stringify(body)));
}

/** Corral does not say which of several places is to hold a model in memory: administrators do, for each server. */
function answerLoad(call: Caller, { kind, model, stream }: OllamaLoadRequest, shape: "chat" | "generate") {
  assertCallable(call, model);
  const body = JSON.stringify(toOllamaLoadAnswer(kind, { model, shape }));
  return call.reply
    .type(stream ? "application/x-ndjson" : "application/json; charset=utf-8")
    .send(stream ? `${body}\n` : body);
}

/** @throws DomainError as a call would. */
function assertCallable({ services, actor }: Pick<Caller, "services" | "actor">, model: string): void {
  resolveCallable(
    { catalog: services.catalog, random: () => 0, uses: { note: () => undefined } },
    actor,
    model,
  );
}

async function embedTexts(call: Caller, request: OllamaEmbedRequest) {
  const { services, actor, reply } = call;
  if (request.input.some((text) => text === "")) {
    throw new DomainError("invalid_input", "input: must be a text or a list of texts, none of them empty");
  }
  reply.headers(lifecycleHeaders(services.catalog, actor, request.model));
  const vectors = await services.chat.embed(actor, request, { signal: beginCall(call) });
  reply.headers(attemptHeaders(vectors.attempts));
  return vectors;
}

/** Fields that only Ollama's own prompts have: what a conversation says otherwise. */
const promptFields: ReadonlySet<string> = new Set(["system", "template", "raw", "context", "images"]);

function toTextRequest({
  model,
  prompt,
  suffix,
  params,
  logprobs,
  extensions,
  messages,
}: OllamaGenerateRequest) {
  const others = Object.entries(extensions ?? {}).filter(([name]) => !promptFields.has(name));
  return parseBody(textRequestSchema, {
    model,
    prompt,
    params,
    ...(suffix !== undefined && { suffix }),
    ...(logprobs && { logprobs }),
    ...(extensions && { extensions }),
    ...(messages && { conversation: { messages, extensions: Object.fromEntries(others) } }),
  });
}

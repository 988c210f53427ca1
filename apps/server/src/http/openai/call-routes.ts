import { z } from "zod";
import { callErrors } from "../ollama/ollama-errors.ts";
import { sendBytes } from "../rest/answer-bytes.ts";
import { restRoute, type RestCall } from "../rest/rest-route.ts";
import { handleChatCompletions } from "./chat-completions.ts";
import { handleEmbeddings } from "./embeddings.ts";

const shared = {
  method: "POST",
  tag: "calls",
  policy: { auth: "member", scope: "gateway:invoke" },
  dialect: "openai",
  takesCall: true,
  errors: callErrors,
} as const;

/** As `POST /v1/chat/completions`, where Open WebUI's clients and the seed's look for it. */
export const chatCompletions = restRoute({
  ...shared,
  path: "/chat/completions",
  operationId: "chatCompletions",
  summary: "The next message of a conversation; the same as POST /v1/chat/completions",
  body: z.looseObject({
    model: z.string(),
    messages: z.array(z.looseObject({ role: z.string() })),
    stream: z.boolean().nullish(),
  }),
  answer: z.looseObject({ object: z.literal("chat.completion") }),
  otherAnswers: [
    { status: 200, description: "With `stream: true`, its chunks", contentType: "text/event-stream" },
  ],
  examples: { body: { model: "support-bot", messages: [{ role: "user", content: "Hello" }] } },
  // written by itself: numbers and order of a provider's answer stay as they are
  async handle(call) {
    const answer = await handleChatCompletions(portsOf(call), call);
    return answer === call.reply ? call.reply : sendBytes(call.reply, Buffer.from(JSON.stringify(answer)));
  },
});

/** As `POST /v1/embeddings`. */
export const embeddings = restRoute({
  ...shared,
  path: "/embeddings",
  operationId: "embeddings",
  summary: "Vectors of one or more texts; the same as POST /v1/embeddings",
  body: z.looseObject({ model: z.string(), input: z.union([z.string(), z.array(z.string())]) }),
  answer: z.looseObject({ object: z.literal("list") }),
  examples: {
    body: { model: "embedder", input: "one" },
    answer: {
      object: "list",
      data: [{ object: "embedding", index: 0, embedding: [0.6, 0.8] }],
      model: "embedder",
    },
  },
  async handle(call) {
    const answer = await handleEmbeddings(portsOf(call), call);
    return sendBytes(call.reply, Buffer.from(JSON.stringify(answer)));
  },
});

function portsOf({ services, container }: Pick<RestCall, "services" | "container">) {
  return {
    chat: services.chat,
    calls: container.calls,
    catalog: services.catalog,
    heartbeatMs: container.env.heartbeatMs,
  };
}

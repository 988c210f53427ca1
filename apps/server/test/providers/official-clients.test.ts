import {
  isDomainError,
  type ChatChoice,
  type ErrorCode,
  type JsonObject,
  type Provider,
  type ProviderChatRequest,
} from "@corral/core";
import { createOllamaProvider } from "@corral/provider-ollama";
import { createOpenAIProvider } from "@corral/provider-openai";
import {
  commonFaults,
  startSimulatedOllama,
  startSimulatedOpenAI,
  type Fault,
  type Reply,
} from "@corral/simulated-providers";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { askOllama, askOpenAI, type OfficialAnswer } from "./official-answer.ts";
import { never } from "./provider-bench.ts";

/** The official clients are the judges: what they read from the simulated servers, our packages must read as well. */

// The ollama client prints what it did not expect.
beforeEach(() => vi.spyOn(console, "log").mockReturnValue());
afterEach(() => vi.restoreAllMocks());

const key = "sk-official";
const auth = { type: "bearer", key } as const;
const schema: JsonObject = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer" } },
  required: ["city", "days"],
};
const tools = [
  { type: "function" as const, function: { name: "look_up", description: "Looks up", parameters: schema } },
  {
    type: "function" as const,
    function: { name: "now", description: "Tells the time", parameters: { type: "object" } },
  },
];

type Case = {
  readonly what: string;
  /** What both must have read, so that they do not agree on nothing. */
  readonly shows: Partial<OfficialAnswer>;
  readonly reply?: Reply;
  readonly request: Partial<ProviderChatRequest>;
};

const calls = [
  { name: "look_up", arguments: { city: "Zürich", days: 3 } },
  { name: "now", arguments: {} },
];

const cases: readonly Case[] = [
  {
    what: "text",
    reply: { text: ["Grüße, ", "世界 ", "🐎"] },
    shows: { text: "Grüße, 世界 🐎", finish: "stop" },
    request: {},
  },
  { what: "nothing", reply: { text: "" }, shows: { text: "", calls: [] }, request: {} },
  {
    what: "tool calls",
    shows: { calls, finish: "tool_calls" },
    reply: {
      text: "",
      toolCalls: calls,
    },
    request: { tools },
  },
  {
    what: "reasoning",
    reply: { text: "42", reasoning: "Let me think… 🤔" },
    shows: { text: "42", reasoning: "Let me think… 🤔" },
    request: {},
  },
  {
    what: "structured output",
    shows: { text: '{"city":"text","days":1}' },
    request: { params: { response_format: { type: "json_schema", json_schema: { name: "trip", schema } } } },
  },
  {
    what: "an end at a length",
    reply: { text: ["one ", "two ", "three"] },
    shows: { text: "one two ", finish: "length" },
    request: { params: { max_tokens: 2 } },
  },
  {
    what: "params",
    shows: { text: "You " },
    request: { params: { temperature: 0.3, top_p: 0.9, seed: 7, stop: ["said"] } },
  },
];

/** What our package makes of it, in the words of the comparison. */
function toAnswer({ text, reasoning, toolCalls, finishReason }: ChatChoice): Omit<OfficialAnswer, "usage"> {
  return {
    text,
    reasoning,
    calls: toolCalls.map((call) => ({
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments) as object,
    })), // safe: compared next
    finish: finishReason,
  };
}

async function ours(
  provider: Provider,
  request: ProviderChatRequest,
  mode: "streamed" | "whole",
): Promise<OfficialAnswer> {
  if (mode === "whole") {
    const { completion } = await provider.chat(request, never);
    const [choice] = completion.choices;
    if (choice === undefined) throw new Error("no choice");
    return { ...toAnswer(choice), usage: counted(completion.usage) };
  }
  const collected = {
    text: "",
    reasoning: "",
    calls: new Map<number, { name: string; text: string }>(),
    finish: "",
    usage: counted(undefined),
  };
  for await (const batch of (await provider.streamChat(request, never)).batches) {
    for (const part of batch) {
      if (part.type === "text-delta") collected.text += part.text;
      else if (part.type === "reasoning-delta") collected.reasoning += part.text;
      else if (part.type === "tool-call-start")
        collected.calls.set(part.index, { name: part.name, text: "" });
      else if (part.type === "tool-call-arguments-delta") {
        const call = collected.calls.get(part.index);
        if (call !== undefined) call.text += part.text;
      } else if (part.type === "usage") collected.usage = counted(part.usage);
      else if (part.type === "finish") collected.finish = part.reason;
    }
  }
  const calls = [...collected.calls.values()].map(({ name, text }) => ({
    name,
    arguments: JSON.parse(text) as object,
  })); // safe: compared next
  return { ...collected, calls };
}

function counted(usage: { readonly promptTokens: number; readonly completionTokens: number } | undefined) {
  return { prompt: usage?.promptTokens ?? 0, completion: usage?.completionTokens ?? 0 };
}

const ask = (model: string, request: Partial<ProviderChatRequest>): ProviderChatRequest => ({
  model,
  messages: [
    { role: "system", content: "You are terse." },
    { role: "user", content: "Hi" },
  ],
  params: {},
  ...request,
});

describe.each(["streamed", "whole"] as const)("%s", (mode) => {
  test.each(cases)(
    "the openai client and our package read the same $what",
    async ({ reply, request, shows }) => {
      await using server = await startSimulatedOpenAI({
        profile: "vllm",
        apiKey: key,
        ...(reply && { reply: () => reply }),
      });
      await using provider = closing(createOpenAIProvider({ baseUrl: server.baseUrl, auth }));
      const client = new OpenAI({ baseURL: server.baseUrl, apiKey: key, maxRetries: 0 });
      const asked = ask("sim-gpt-small", request);

      const mine = await ours(provider, asked, mode);
      const theirs = await askOpenAI(client, asked, mode);

      expect(theirs).toMatchObject(shows);
      expect(mine).toEqual(theirs);
      const [one, other] = server.journal.of("/v1/chat/completions").map(({ body }) => body);
      expect(one).toEqual(other);
    },
  );

  test.each(cases)(
    "the ollama client and our package read the same $what",
    async ({ reply, request, shows }) => {
      await using server = await startSimulatedOllama(reply ? { reply: () => reply } : {});
      await using provider = closing(createOllamaProvider({ baseUrl: server.url }));
      const asked = ask("qwen3:8b", request);

      const mine = await ours(provider, asked, mode);
      const theirs = await askOllama(new Ollama({ host: server.url }), asked, mode);

      expect(theirs).toMatchObject(shows);
      expect(mine).toEqual(theirs);
    },
  );
});

test("the clients and our packages list the same models", async () => {
  await using openai = await startSimulatedOpenAI({ apiKey: key });
  await using ollama = await startSimulatedOllama();
  await using openaiProvider = closing(createOpenAIProvider({ baseUrl: openai.baseUrl, auth }));
  await using ollamaProvider = closing(createOllamaProvider({ baseUrl: ollama.url }));

  const mine = await Promise.all(
    [openaiProvider, ollamaProvider].map((provider) => provider.listModels(never)),
  );
  const theirs = [
    (await new OpenAI({ baseURL: openai.baseUrl, apiKey: key }).models.list()).data.map(({ id }) => id),
    (await new Ollama({ host: ollama.url }).list()).models.map(({ model }) => model),
  ];

  expect(mine.map(({ models }) => models.map(({ id }) => id))).toEqual(theirs);
});

test("[vector 59] the clients and our packages get the same vectors, base64 and floats alike", async () => {
  await using openai = await startSimulatedOpenAI({ apiKey: key });
  await using ollama = await startSimulatedOllama();
  await using openaiProvider = closing(createOpenAIProvider({ baseUrl: openai.baseUrl, auth }));
  await using ollamaProvider = closing(createOllamaProvider({ baseUrl: ollama.url }));
  const input = ["Grüße", "世界", "🐎"];

  const mine = await Promise.all([
    openaiProvider.embed({ model: "sim-embed", input, dimensions: 8 }, never),
    ollamaProvider.embed({ model: "nomic-embed-text", input }, never),
  ]);
  const base64 = await new OpenAI({ baseURL: openai.baseUrl, apiKey: key }).embeddings.create({
    model: "sim-embed",
    input,
    dimensions: 8,
  });
  const floats = await new Ollama({ host: ollama.url }).embed({ model: "nomic-embed-text", input });

  expect(mine.map(({ embeddings }) => embeddings)).toEqual([
    base64.data.map(({ embedding }) => [...embedding]),
    floats.embeddings,
  ]);
  expect(mine.map(({ promptTokens }) => promptTokens)).toEqual([
    base64.usage.prompt_tokens,
    floats.prompt_eval_count,
  ]);
});

const failures: readonly (readonly [string, Fault, number, ErrorCode])[] = [
  ["401", commonFaults.unauthorized, 401, "upstream_unauthorized"],
  ["401 with plain text", commonFaults.unauthorizedText, 401, "upstream_unauthorized"],
  ["403", commonFaults.forbidden, 403, "upstream_unauthorized"],
  ["404", commonFaults.notFoundJson, 404, "upstream_not_found"],
  ["404 with plain text", commonFaults.notFoundText, 404, "upstream_not_found"],
  ["429", commonFaults.rateLimited, 429, "upstream_rate_limited"],
  ["a spent quota", commonFaults.quotaExhausted, 429, "insufficient_quota"],
  ["a prompt that is too long", commonFaults.contextTooLong, 400, "context_length_exceeded"],
  ["500 with a page", commonFaults.serverErrorHtml, 500, "upstream_error"],
  ["503", commonFaults.unavailable, 503, "upstream_unavailable"],
  ["a model that loads", commonFaults.loadingModel, 503, "upstream_unavailable"],
];

test.each(failures)(
  "the clients and our packages hear of %s with the same status",
  async (...[, fault, status, code]) => {
    await using openai = await startSimulatedOpenAI({ apiKey: key });
    await using ollama = await startSimulatedOllama();
    for (const { faults } of [openai, ollama]) faults.set({ fault });
    await using openaiProvider = closing(createOpenAIProvider({ baseUrl: openai.baseUrl, auth }));
    await using ollamaProvider = closing(createOllamaProvider({ baseUrl: ollama.url }));
    const [smallOne, qwen] = [ask("sim-gpt-small", {}), ask("qwen3:8b", {})];

    const outcomes = await Promise.allSettled([
      openaiProvider.chat(smallOne, never),
      askOpenAI(new OpenAI({ baseURL: openai.baseUrl, apiKey: key, maxRetries: 0 }), smallOne, "whole"),
      ollamaProvider.chat(qwen, never),
      askOllama(new Ollama({ host: ollama.url }), qwen, "whole"),
    ]);

    expect(outcomes.map(statusOf)).toEqual([status, status, status, status]);
    expect([outcomes[0], outcomes[2]]).toMatchObject([{ reason: { code } }, { reason: { code } }]);
  },
);

function statusOf(outcome: PromiseSettledResult<unknown>): unknown {
  const reason: unknown = outcome.status === "rejected" ? outcome.reason : undefined;
  if (isDomainError(reason)) return reason.details?.upstreamStatus;
  if (reason instanceof OpenAI.APIError) return reason.status;
  return reason instanceof Error && "status_code" in reason ? reason.status_code : outcome;
}

function closing(provider: Provider): Provider & AsyncDisposable {
  return { ...provider, [Symbol.asyncDispose]: () => provider.close() };
}

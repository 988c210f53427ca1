import { isDomainError, type ErrorCode } from "@corral/core";
import { createOllamaProvider } from "@corral/provider-ollama";
import { createOpenAIProvider } from "@corral/provider-openai";
import {
  commonFaults,
  startSimulatedOllama,
  startSimulatedOpenAI,
  type Fault,
} from "@corral/simulated-providers";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { askOllama, askOpenAI } from "./official-answer.ts";
import { ask, askOurs, closing, officialCases } from "./official-cases.ts";
import { never } from "./provider-bench.ts";

/** The official clients are the judges: what they read from the simulated servers, our packages must read as well. */

// The ollama client prints what it did not expect.
beforeEach(() => vi.spyOn(console, "log").mockReturnValue());
afterEach(() => vi.restoreAllMocks());

const key = "sk-official";
const auth = { type: "bearer", key } as const;

describe.each(["streamed", "whole"] as const)("%s", (mode) => {
  test.each(officialCases)(
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

      const mine = await askOurs(provider, asked, mode);
      const theirs = await askOpenAI(client, asked, mode);

      expect(theirs).toMatchObject(shows);
      expect(mine).toEqual(theirs);
      const [one, other] = server.journal.of("/v1/chat/completions").map(({ body }) => body);
      expect(one).toEqual(other);
    },
  );

  test.each(officialCases)(
    "the ollama client and our package read the same $what",
    async ({ reply, request, shows }) => {
      await using server = await startSimulatedOllama(reply ? { reply: () => reply } : {});
      await using provider = closing(createOllamaProvider({ baseUrl: server.url }));
      const asked = ask("qwen3:8b", request);

      const mine = await askOurs(provider, asked, mode);
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

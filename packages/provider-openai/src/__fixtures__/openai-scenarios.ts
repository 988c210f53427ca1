/*
 * Written by hand after the description of OpenAI's chat completions (specification 2.2-2.6, OpenAPI 2.3.0, August 2026).
 * `x_unknown` stands for what a later server may add.
 */
import { contractKey, type ProviderScenarios } from "@corral/core/contracts";

const sse = { "content-type": "text/event-stream; charset=utf-8" };
const json = { "content-type": "application/json" };

export function events(...values: readonly (object | string)[]): string {
  return values.map((value) => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`).join("");
}

export function chunk(delta: object, rest: object = {}): object {
  return frame([{ index: 0, delta, finish_reason: null, logprobs: null, ...rest }], { usage: null });
}

export function frame(choices: readonly object[], rest: object = {}): object {
  return {
    id: "chatcmpl-AbC123",
    object: "chat.completion.chunk",
    created: 1_787_300_000,
    model: "contract-model-2026-08-01",
    service_tier: "default",
    system_fingerprint: "fp_44709d6fcb",
    obfuscation: "p4d",
    x_unknown: { nested: [1, 2] },
    choices,
    ...rest,
  };
}

const usage = {
  prompt_tokens: 11,
  completion_tokens: 5,
  total_tokens: 16,
  prompt_tokens_details: { cached_tokens: 3, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 2, audio_tokens: 0 },
};

/** The end of a stream: the finish reason, the usage asked for, the marker. */
export function ending(finish: string): readonly (object | string)[] {
  return [chunk({}, { finish_reason: finish }), frame([], { usage }), "[DONE]"];
}

export function completion(message: object, finish: string): string {
  return JSON.stringify({
    id: "chatcmpl-AbC123",
    object: "chat.completion",
    created: 1_787_300_000,
    model: "contract-model-2026-08-01",
    choices: [
      { index: 0, message: { role: "assistant", content: null, refusal: null, annotations: [], ...message }, logprobs: null, finish_reason: finish },
    ],
    usage,
    service_tier: "default",
    x_unknown: true,
  });
}

const first = chunk({ role: "assistant", content: "", refusal: null });
const text = "Grüße, 世界 🐎";
const calls = [
  { name: "look_up", arguments: { city: "Zürich", days: 3 } },
  { name: "now", arguments: {} },
];

function fragment(index: number, call: object): object {
  return chunk({ tool_calls: [{ index, ...call }] });
}

const wholeCalls = calls.map((call, at) => ({
  id: `call_${at}`,
  type: "function",
  function: { name: call.name, arguments: JSON.stringify(call.arguments) },
}));

function continuation(choice: object): object {
  return {
    id: "cmpl-AbC123",
    object: "text_completion",
    created: 1_787_300_000,
    model: "contract-model-2026-08-01",
    x_unknown: { nested: [1, 2] },
    choices: [{ index: 0, text: "", logprobs: null, finish_reason: null, ...choice }],
  };
}

export const openaiScenarios: ProviderScenarios = {
  imitates: "OpenAI, API of August 2026",
  models: {
    reply: {
      headers: json,
      body: JSON.stringify({
        object: "list",
        data: [
          { id: "gpt-5.2-mini", object: "model", created: 1_780_000_000, owned_by: "system" },
          { id: "accounts/acme/models/it's a: model@v1", object: "model", created: 0, owned_by: "acme", x_unknown: 1 },
          { id: "gpt-5.2-mini", object: "model", created: 1_780_000_000, owned_by: "system" },
          { id: 7 },
        ],
      }),
    },
    ids: ["gpt-5.2-mini", "accounts/acme/models/it's a: model@v1"],
  },
  text: {
    streamed: {
      headers: sse,
      body: events(first, chunk({ content: "Grüße, " }), chunk({ content: "世界 " }), chunk({ content: "🐎" }), ...ending("stop")),
    },
    whole: { headers: json, body: completion({ content: text }, "stop") },
    text,
    usage: { promptTokens: 11, completionTokens: 5, cachedTokens: 3, reasoningTokens: 2 },
  },
  tools: {
    streamed: {
      headers: sse,
      body: events(
        first,
        fragment(0, { id: "call_0", type: "function", function: { name: "look_up", arguments: "" } }),
        fragment(0, { function: { arguments: '{"city":"Zü' } }),
        fragment(1, { id: "call_1", type: "function", function: { name: "now", arguments: "" } }),
        fragment(0, { function: { arguments: 'rich","days":3}' } }),
        fragment(1, { function: { arguments: "{}" } }),
        ...ending("tool_calls"),
      ),
    },
    whole: { headers: json, body: completion({ tool_calls: wholeCalls }, "tool_calls") },
    calls,
  },
  reasoning: {
    streamed: {
      headers: sse,
      body: events(first, chunk({ reasoning_content: "Let me " }), chunk({ reasoning_content: "think…" }), chunk({ content: "42" }), ...ending("stop")),
    },
    whole: { headers: json, body: completion({ reasoning_content: "Let me think…", content: "42" }, "stop") },
    reasoning: "Let me think…",
    text: "42",
  },
  embeddings: {
    reply: {
      headers: json,
      body: JSON.stringify({
        object: "list",
        data: [
          { object: "embedding", index: 1, embedding: [-1, 0] },
          { object: "embedding", index: 0, embedding: [0.6, 0.8] },
        ],
        model: "contract-model",
        usage: { prompt_tokens: 8, total_tokens: 8 },
      }),
    },
    vectors: [
      [0.6, 0.8],
      [-1, 0],
    ],
  },
  completion: {
    streamed: {
      headers: sse,
      body: events(
        continuation({ text: "Grüße, " }),
        continuation({ text: "世界 " }),
        continuation({ text: "🐎" }),
        continuation({ text: "", finish_reason: "stop" }),
        { ...continuation({}), choices: [], usage },
        "[DONE]",
      ),
    },
    whole: { headers: json, body: JSON.stringify({ ...continuation({ text, finish_reason: "stop" }), usage }) },
    text,
    usage: { promptTokens: 11, completionTokens: 5, cachedTokens: 3, reasoningTokens: 2 },
  },
  truncated: { headers: sse, body: events(first, chunk({ content: "Grüße" }), chunk({ content: ", " })) },
  failedLater: {
    reply: {
      headers: sse,
      body: events(first, chunk({ content: "Grüße" }), {
        error: { message: `The server had an error while processing your request with ${contractKey}`, type: "server_error", param: null, code: null },
      }),
    },
    text: "Grüße",
    code: "upstream_error",
  },
  failedAtOnce: {
    reply: { headers: sse, body: events({ error: { message: `Rate limit reached for org-abcdef123456 with ${contractKey}. Please try again in 1.2s.`, type: "tokens", param: null, code: "rate_limit_exceeded" } }) },
    code: "upstream_rate_limited",
  },
  health: { headers: json, body: JSON.stringify({ object: "list", data: [] }) },
};

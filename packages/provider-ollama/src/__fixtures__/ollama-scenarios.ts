/*
 * Written by hand after the description of Ollama's native API (specification 1.3, 1.4, 1.7, 1.8, 1.12), server 0.33.0.
 * `x_unknown` stands for what a later server may add.
 */
import { contractKey, type ProviderScenarios } from "@corral/core/contracts";

const ndjson = { "content-type": "application/x-ndjson" };
const json = { "content-type": "application/json; charset=utf-8" };

export function lines(...values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

export function chunk(message: object, rest: object = {}): object {
  return {
    model: "contract-model",
    created_at: "2026-08-21T09:30:00.123456789Z",
    message: { role: "assistant", content: "", ...message },
    done: false,
    x_unknown: { nested: [1, 2] },
    ...rest,
  };
}

export const last = {
  done: true,
  done_reason: "stop",
  total_duration: 812345678,
  load_duration: 1234567,
  prompt_eval_count: 11,
  prompt_eval_duration: 12345678,
  eval_count: 5,
  eval_duration: 456789012,
};

const calls = [
  { name: "look_up", arguments: { city: "Zürich", days: 3 } },
  { name: "now", arguments: {} },
];

function continuation(response: string, rest: object = {}): object {
  return { model: "contract-model", created_at: "2026-08-21T09:30:00.1Z", response, done: false, x_unknown: true, ...rest };
}

export const ollamaScenarios: ProviderScenarios = {
  imitates: "Ollama 0.33.0",
  models: {
    reply: {
      headers: json,
      body: JSON.stringify({
        models: [
          {
            name: "llama3.2:latest",
            model: "llama3.2:latest",
            modified_at: "2026-08-20T17:04:05.123456789+02:00",
            size: 2019393189,
            digest: "a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72",
            details: {
              parent_model: "",
              format: "gguf",
              family: "llama",
              families: ["llama"],
              parameter_size: "3.2B",
              quantization_level: "Q4_K_M",
              context_length: 131072,
            },
            capabilities: ["completion", "tools"],
          },
          { name: "hf.co/user/Repo-GGUF:Q8_0", model: "hf.co/user/Repo-GGUF:Q8_0", details: { families: null } },
          { name: "llama3.2:latest", model: "llama3.2:latest" },
          { name: "", model: "" },
          "not an entry",
        ],
        x_unknown: true,
      }),
    },
    ids: ["llama3.2:latest", "hf.co/user/Repo-GGUF:Q8_0"],
  },
  text: {
    streamed: {
      headers: ndjson,
      body: lines(chunk({ content: "Grüße, " }), chunk({ content: "世界 " }), chunk({ content: "🐎" }), chunk({}, last)),
    },
    text: "Grüße, 世界 🐎",
    usage: { promptTokens: 11, completionTokens: 5 },
  },
  tools: {
    streamed: {
      headers: ndjson,
      body: lines(
        chunk({
          tool_calls: [{ id: "call_a1b2c3d4", function: { index: 0, name: "look_up", arguments: calls[0]?.arguments } }],
        }),
        // Vector 4: the native path of the server puts calls on the last line, without an id.
        chunk({ tool_calls: [{ function: { index: 1, name: "now", arguments: {} } }] }, last),
      ),
    },
    calls,
  },
  reasoning: {
    streamed: {
      headers: ndjson,
      body: lines(chunk({ thinking: "Let me " }), chunk({ thinking: "think…" }), chunk({ content: "42" }), chunk({}, last)),
    },
    reasoning: "Let me think…",
    text: "42",
  },
  embeddings: {
    reply: {
      headers: json,
      body: JSON.stringify({
        model: "contract-model",
        embeddings: [
          [0.6, 0.8],
          [-1, 0],
        ],
        total_duration: 14143917,
        load_duration: 1019500,
        prompt_eval_count: 8,
      }),
    },
    vectors: [
      [0.6, 0.8],
      [-1, 0],
    ],
  },
  completion: {
    streamed: {
      headers: ndjson,
      body: lines(continuation("Grüße, "), continuation("世界 "), continuation("🐎"), continuation("", { ...last, context: [1, 2] })),
    },
    text: "Grüße, 世界 🐎",
    usage: { promptTokens: 11, completionTokens: 5 },
  },
  truncated: { headers: ndjson, body: lines(chunk({ content: "Grüße" }), chunk({ content: ", " })) },
  failedLater: {
    reply: {
      headers: ndjson,
      body: lines(chunk({ content: "Grüße" }), { error: `model runner has unexpectedly stopped, this may be due to resource limitations (${contractKey})` }),
    },
    text: "Grüße",
    code: "upstream_error",
  },
  failedAtOnce: {
    reply: { headers: ndjson, body: lines({ error: "unauthorized", signin_url: `https://internal.example/connect?key=${contractKey}` }) },
    code: "upstream_unauthorized",
  },
  health: { headers: json, body: JSON.stringify({ version: "0.33.0" }) },
};

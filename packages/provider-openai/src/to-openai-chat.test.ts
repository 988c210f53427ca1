import type { ChatMessage, ProviderChatRequest } from "@corral/core";
import { describe, expect, test } from "vitest";
import { toOpenAIBaseUrl } from "./openai-base-url.ts";
import { findKindByHost } from "./servers/find-server-kind.ts";
import type { ServerKind } from "./servers/quirks.ts";
import { quirksOf } from "./servers/server-quirks.ts";
import { toOpenAIChat } from "./to-openai-chat.ts";

const user: ChatMessage = { role: "user", content: "Hi" };
const tools = [{ type: "function" as const, function: { name: "f", strict: true } }];

function convert(server: ServerKind, request: Partial<ProviderChatRequest>, stream = false) {
  const quirks = quirksOf(server);
  return toOpenAIChat({ model: "gpt-4.1", messages: [user], params: {}, ...request }, { quirks, stream });
}

function rolesOf(body: { readonly messages?: unknown }): string[] {
  return (body.messages as { role: string }[]).map((message) => message.role); // safe: just made
}

describe("addresses", () => {
  test.each([
    ["https://api.openai.com", "https://api.openai.com/v1"],
    ["https://api.openai.com/v1", "https://api.openai.com/v1"],
    ["https://api.openai.com/v1/", "https://api.openai.com/v1"],
    ["http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"],
    ["https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"],
    [
      "https://generativelanguage.googleapis.com/v1beta/openai/",
      "https://generativelanguage.googleapis.com/v1beta/openai",
    ],
  ])("%s is called at %s", (given, base) => {
    expect(toOpenAIBaseUrl(given)).toBe(base);
  });

  test.each<[string, ServerKind | undefined]>([
    ["https://api.openai.com/v1", "openai"],
    ["https://eu.api.openai.com/v1", "openai"],
    ["https://x.openai.azure.com/openai/v1", "azure"],
    ["https://openrouter.ai/api/v1", "openrouter"],
    ["https://api.groq.com/openai/v1", "groq"],
    ["https://api.mistral.ai/v1", "mistral"],
    ["https://api.deepseek.com", "deepseek"],
    ["https://api.together.xyz/v1", "together"],
    ["https://api.fireworks.ai/inference/v1", "fireworks"],
    ["https://api.x.ai/v1", "xai"],
    ["https://generativelanguage.googleapis.com/v1beta/openai", "gemini"],
    ["https://api.anthropic.com/v1", "anthropic"],
    ["https://api.openai.com.evil.test/v1", undefined],
    ["https://notapi.openai.community/v1", undefined],
    ["http://127.0.0.1:8000/v1", undefined],
  ])("%s is known as %s by its host", (url, kind) => {
    expect(findKindByHost(url)).toBe(kind);
  });
});

describe("params", () => {
  test("[vector 18] [vector 19] sends only what was chosen, and whether it streams", () => {
    expect(convert("openai", {}).body).toEqual({ model: "gpt-4.1", messages: [user], stream: false });
    expect(convert("openai", {}, true).body).toEqual({
      model: "gpt-4.1",
      messages: [user],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(convert("openai", { params: { temperature: 0 } }).body).toMatchObject({ temperature: 0 });
  });

  test("[vector 20] names the length as the server does", () => {
    const params = { max_tokens: 5 };

    expect(convert("openai", { params })).toMatchObject({
      body: { max_completion_tokens: 5 },
      notes: [{ param: "max_tokens", action: "renamed", to: "max_completion_tokens" }],
    });
    expect(convert("generic", { params })).toMatchObject({ body: { max_tokens: 5 }, notes: [] });
    expect(convert("generic", { params, model: "openai/gpt-5-mini" }).body).toHaveProperty(
      "max_completion_tokens",
      5,
    );
  });

  test("[vector 23] keeps extensions for compatible servers; drops them for OpenAI, each with a note", () => {
    const request = {
      params: { top_k: 4, min_p: 0.1, num_ctx: 100, custom_params: { grammar: "x" } },
      extensions: { cache_prompt: true, user: "u", verbosity: "low" },
    };

    expect(convert("generic", request)).toMatchObject({
      body: { top_k: 4, min_p: 0.1, num_ctx: 100, grammar: "x", cache_prompt: true, user: "u" },
      notes: [],
    });
    const { body, notes } = convert("openai", request);
    expect(body).toEqual({ model: "gpt-4.1", messages: [user], stream: false, user: "u", verbosity: "low" });
    expect(notes.map((note) => note.param)).toEqual(["top_k", "min_p", "num_ctx", "grammar", "cache_prompt"]);
  });

  test("untyped fields cannot replace what Corral writes", () => {
    const hostile = {
      model: "other",
      messages: [],
      stream: true,
      stream_options: {},
      n: 9,
      tools: [],
      max_completion_tokens: 99_999,
    };

    const { body, notes } = convert("generic", { params: { max_tokens: 5 }, extensions: hostile });

    expect(body).toEqual({ model: "gpt-4.1", messages: [user], stream: false, max_tokens: 5 });
    expect(notes.map((note) => note.param)).toEqual(Object.keys(hostile));
  });

  test("[vector 21] OpenAI gets four stop sequences, others all; none are not sent", () => {
    const params = { stop: ["1", "2", "3", "4", "5"] };

    expect(convert("openai", { params })).toMatchObject({
      body: { stop: ["1", "2", "3", "4"] },
      notes: [{ param: "stop", action: "clamped" }],
    });
    expect(convert("generic", { params }).body["stop"]).toHaveLength(5);
    expect(convert("openai", { params: { stop: [] } }).body).not.toHaveProperty("stop");
  });

  const sampling = {
    temperature: 0.2,
    top_p: 0.9,
    presence_penalty: 1,
    frequency_penalty: 1,
    logit_bias: { "1": 1 },
  };
  test.each([
    ["gpt-4.1", []],
    ["gpt-5-chat-latest", []],
    ["o3-mini", Object.keys(sampling)],
    ["gpt-5", Object.keys(sampling)],
    ["ft:gpt-5-mini:acme::abc", Object.keys(sampling)],
    ["gpt-5.2", Object.keys(sampling)],
    ["gpt-50", Object.keys(sampling)],
    ["gpt-oss-20b", []],
    ["gpt-4o", []],
  ])("[vector 28] %s is spared what it refuses", (model, dropped) => {
    const { body, notes } = convert("openai", { model, params: sampling });

    expect(notes.filter((note) => note.action === "dropped").map((note) => note.param)).toEqual(dropped);
    expect(Object.keys(sampling).filter((name) => name in body)).toEqual(
      Object.keys(sampling).filter((name) => !dropped.includes(name)),
    );
  });

  test("[vector 28] gpt-5.1 and later take sampling when they do not reason", () => {
    const { body } = convert("openai", {
      model: "gpt-5.1",
      params: { ...sampling, reasoning_effort: "none" },
      logprobs: { top: 2 },
    });

    expect(body).toMatchObject({
      temperature: 0.2,
      top_p: 0.9,
      reasoning_effort: "none",
      logprobs: true,
      top_logprobs: 2,
    });
    expect(body).not.toHaveProperty("logit_bias");
  });

  test.each([
    ["openai", "o3", "none", "low"],
    ["openai", "gpt-5", "none", "minimal"],
    ["openai", "gpt-5", "max", "high"],
    ["openai", "gpt-5.2", "minimal", "low"],
    ["openai", "gpt-5.2", "xhigh", "xhigh"],
    ["openai", "gpt-4.1", "high", undefined],
    ["generic", "qwen3-30b", "minimal", "minimal"],
  ] as const)("[vector 28] %s, %s: effort %s becomes %s", (...[profile, model, reasoning_effort, sent]) => {
    const { body, notes } = convert(profile, { model, params: { reasoning_effort } });

    expect(body["reasoning_effort"]).toBe(sent);
    expect(notes.length).toBe(sent === reasoning_effort ? 0 : 1);
  });

  test("[vector 30] tools, choices and probabilities travel as they are; what needs tools does not travel without", () => {
    const toolChoice = { type: "function" as const, function: { name: "f" } };

    expect(
      convert("openai", { tools, toolChoice, parallelToolCalls: false, choiceCount: 2, logprobs: { top: 0 } })
        .body,
    ).toMatchObject({
      tools,
      tool_choice: toolChoice,
      parallel_tool_calls: false,
      n: 2,
      logprobs: true,
      top_logprobs: 0,
    });
    expect(
      convert("openai", { toolChoice: "auto", parallelToolCalls: true }).notes.map((note) => note.param),
    ).toEqual(["tool_choice", "parallel_tool_calls"]);
    expect(convert("openai", { model: "o3", tools, parallelToolCalls: true }).body).not.toHaveProperty(
      "parallel_tool_calls",
    );
  });
});

describe("messages", () => {
  const instructions: ChatMessage[] = [
    { role: "system", content: "S" },
    { role: "developer", content: "D" },
    user,
  ];
  test("[vector 26] refuses none", () => {
    expect(() => convert("generic", { messages: [] })).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });

  test("gives instructions in the one role that the server knows", () => {
    expect(rolesOf(convert("openai", { messages: instructions, model: "gpt-5" }).body)).toEqual([
      "developer",
      "developer",
      "user",
    ]);
    expect(rolesOf(convert("openai", { messages: instructions }).body)).toEqual([
      "system",
      "developer",
      "user",
    ]);
    expect(rolesOf(convert("generic", { messages: instructions, model: "llama" }).body)).toEqual([
      "system",
      "system",
      "user",
    ]);
  });

  test("keeps unknown fields and image addresses; OpenAI gets no reasoning back", () => {
    const messages: ChatMessage[] = [
      {
        role: "user",
        name: "ann",
        content: [{ type: "image_url", image_url: { url: "https://example.com/a.png", detail: "high" } }],
      },
      {
        role: "assistant",
        content: null,
        reasoning_content: "hm",
        tool_calls: [
          {
            id: "c",
            type: "function",
            function: { name: "f", arguments: "{}" },
            extra_content: { google: { thought_signature: "x" } },
          },
        ],
      },
    ];

    expect(convert("generic", { messages }).body["messages"]).toEqual(messages);
    const { reasoning_content: _, ...without } = messages[1] as Extract<ChatMessage, { role: "assistant" }>; // safe: written above
    expect(convert("openai", { messages }).body["messages"]).toEqual([messages[0], without]);
  });
});

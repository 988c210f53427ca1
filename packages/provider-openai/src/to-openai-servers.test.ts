import type { ChatMessage, ParamNote, ProviderChatRequest } from "@corral/core";
import { describe, expect, test } from "vitest";
import type { ServerKind } from "./servers/quirks.ts";
import { quirksOf } from "./servers/server-quirks.ts";
import { toOpenAIChat } from "./to-openai-chat.ts";

const user: ChatMessage = { role: "user", content: "Hi" };
const tools = ["f", "g"].map((name) => ({ type: "function" as const, function: { name } }));

function convert(server: ServerKind, request: Partial<ProviderChatRequest>, stream = false) {
  const quirks = quirksOf(server);
  return toOpenAIChat({ model: "m", messages: [user], params: {}, ...request }, { quirks, stream });
}

const told = (notes: readonly ParamNote[]) =>
  notes.map(({ param, action, to }) => [param, action, ...(to === undefined ? [] : [to])].join(" "));

describe("params", () => {
  test.each<[ServerKind, Partial<ProviderChatRequest>, object, string[]]>([
    ["groq", { params: { temperature: 0 } }, { temperature: 1e-8 }, ["temperature clamped 1e-8"]],
    [
      "groq",
      { params: { max_tokens: 5 } },
      { max_completion_tokens: 5 },
      ["max_tokens renamed max_completion_tokens"],
    ],
    [
      "groq",
      { params: { logit_bias: { "1": 1 } }, logprobs: { top: 1 } },
      {},
      ["logit_bias dropped", "logprobs dropped"],
    ],
    ["groq", { choiceCount: 3 }, { n: 1 }, ["n clamped 1"]],
    [
      "groq",
      { extensions: { reasoning_format: "parsed", grammar: "x" } },
      { reasoning_format: "parsed" },
      ["grammar dropped"],
    ],
    [
      "mistral",
      { params: { seed: 7, max_tokens: 5 } },
      { random_seed: 7, max_tokens: 5 },
      ["seed renamed random_seed"],
    ],
    [
      "mistral",
      { tools, toolChoice: "required" },
      { tools, tool_choice: "any" },
      ["tool_choice converted any"],
    ],
    ["mistral", { extensions: { safe_prompt: true, user: "u" } }, { safe_prompt: true }, ["user dropped"]],
    [
      "deepseek",
      { params: { seed: 7, reasoning_effort: "none" } },
      { thinking: { type: "disabled" } },
      ["seed dropped", "reasoning_effort converted thinking disabled"],
    ],
    [
      "deepseek",
      { model: "deepseek-reasoner", params: { temperature: 1, stop: ["x"] } },
      { stop: ["x"] },
      ["temperature dropped"],
    ],
    [
      "xai",
      { model: "grok-4", params: { stop: ["x"], presence_penalty: 1, temperature: 1 } },
      { temperature: 1 },
      ["presence_penalty dropped", "stop dropped"],
    ],
    [
      "xai",
      { model: "grok-4-fast-non-reasoning", params: { stop: ["x"], reasoning_effort: "low" } },
      { stop: ["x"] },
      ["reasoning_effort dropped"],
    ],
    [
      "anthropic",
      { params: { temperature: 1.5, seed: 7, reasoning_effort: "low" } },
      { temperature: 1 },
      ["temperature clamped 1", "seed dropped", "reasoning_effort dropped"],
    ],
    [
      "vllm",
      { params: { repeat_penalty: 1.1, top_k: 5, num_ctx: 9 } },
      { repetition_penalty: 1.1, top_k: 5 },
      ["repeat_penalty renamed repetition_penalty", "num_ctx dropped"],
    ],
    [
      "llamacpp",
      { params: { repeat_penalty: 1.1, mirostat: 2, num_keep: 9 } },
      { repeat_penalty: 1.1, mirostat: 2, n_keep: 9 },
      ["num_keep renamed n_keep"],
    ],
    [
      "llamacpp",
      { params: { max_tokens: 5, temperature: 0 }, model: "o3-something.gguf" },
      { max_tokens: 5, temperature: 0 },
      [],
    ],
    [
      "lmstudio",
      { tools, toolChoice: { type: "function", function: { name: "g" } } },
      { tools: tools.slice(1), tool_choice: "required" },
      ["tool_choice converted required, with that tool alone"],
    ],
    [
      "ollama-v1",
      { tools, toolChoice: "required", choiceCount: 2 },
      { tools, n: 1 },
      ["tool_choice dropped", "n clamped 1"],
    ],
    [
      "azure",
      { extensions: { data_sources: [], user: "u", top_k: 4 } },
      { data_sources: [], user: "u" },
      ["top_k dropped"],
    ],
    [
      "openrouter",
      { model: "openai/o3", params: { temperature: 1, max_tokens: 5 } },
      { max_completion_tokens: 5 },
      ["temperature dropped", "max_tokens renamed max_completion_tokens"],
    ],
    ["openai", { model: "o3-pro", params: { stop: ["x"] } }, {}, ["stop dropped"]],
    ["openai", { model: "o1", params: { stop: ["x"] } }, { stop: ["x"] }, []],
    [
      "openai",
      { model: "gpt-5-pro-2026-01-01", params: { reasoning_effort: "low" } },
      { reasoning_effort: "high" },
      ["reasoning_effort clamped high"],
    ],
    [
      "openai",
      { model: "gpt-5.1", params: { reasoning_effort: "max" } },
      { reasoning_effort: "high" },
      ["reasoning_effort clamped high"],
    ],
    [
      "openai",
      { model: "gpt-5.1-codex-max", params: { reasoning_effort: "xhigh" } },
      { reasoning_effort: "xhigh" },
      [],
    ],
    ["openai", { model: "o1-mini", params: { reasoning_effort: "low" } }, {}, ["reasoning_effort dropped"]],
    [
      "generic",
      { facts: { lacks: ["thinking"] }, params: { reasoning_effort: "low" } },
      {},
      ["reasoning_effort dropped"],
    ],
  ])("[vector 23] [vector 28] %s: %j", (...[server, request, fields, notes]) => {
    const { body, notes: changes } = convert(server, request);

    const { model: _, messages: __, stream: ___, ...sent } = body;
    expect(sent).toEqual(fields);
    expect(told(changes)).toEqual(notes);
  });

  test("Mistral is not asked for the usage, which it refuses to be and gives anyway", () => {
    expect(convert("mistral", {}, true).body).not.toHaveProperty("stream_options");
    expect(convert("vllm", {}, true).body).toHaveProperty("stream_options");
  });

  test("[vector 27] a schema with references travels as it is", () => {
    const schema = {
      $defs: { a: { type: "object", properties: { next: { $ref: "#/$defs/a" } } } },
      $ref: "#/$defs/a",
    };
    const response_format = { type: "json_schema" as const, json_schema: { name: "x", schema } };

    expect(convert("openai", { model: "o3", params: { response_format } }).body["response_format"]).toEqual(
      response_format,
    );
  });
});

describe("messages", () => {
  const call = {
    id: "call_0123456789abcdef",
    type: "function" as const,
    function: { name: "f", arguments: "{}" },
  };
  const conversation: ChatMessage[] = [
    user,
    { role: "assistant", content: "A", reasoning_content: "old" },
    { role: "user", content: "Go on", name: "ann" },
    { role: "assistant", content: null, reasoning_content: "new", tool_calls: [call] },
    { role: "tool", content: "yes", tool_call_id: call.id },
  ];
  const sent = (server: ServerKind, messages: ChatMessage[] = conversation, model = "m") =>
    convert(server, { messages, model }).body["messages"] as Record<string, unknown>[]; // safe: just made

  test("DeepSeek gets reasoning back within a tool loop only", () => {
    expect(sent("deepseek").map((message) => message["reasoning_content"])).toEqual([
      undefined,
      undefined,
      undefined,
      "new",
      undefined,
    ]);
  });

  test.each<[ServerKind, string]>([
    ["openrouter", "reasoning"],
    ["groq", "reasoning"],
    ["ollama-v1", "reasoning"],
    ["vllm", "reasoning_content"],
    ["generic", "reasoning_content"],
  ])("%s gets it back as %s", (server, name) => {
    const [, first] = sent(server);

    expect(first).toMatchObject({ content: "A", [name]: "old" });
    expect(Object.keys(first ?? {}).filter((key) => key.startsWith("reasoning"))).toEqual([name]);
  });

  test.each<ServerKind>(["openai", "azure", "gemini", "anthropic"])("%s gets none back", (server) => {
    const details: ChatMessage = { role: "assistant", content: "A", reasoning: "x", reasoning_details: [] };

    expect(JSON.stringify(sent(server, [...conversation, details]))).not.toContain("reasoning");
  });

  test("Mistral gets it as a part of the content, calls with short ids that still belong to their results, and no names", () => {
    const [, first, second, third, result] = sent("mistral");
    const [renamed] = (third?.["tool_calls"] ?? []) as { id: string }[]; // safe: just made

    expect(first?.["content"]).toEqual([
      { type: "thinking", thinking: [{ type: "text", text: "old" }] },
      { type: "text", text: "A" },
    ]);
    expect(renamed?.id).toMatch(/^[A-Za-z0-9]{9}$/u);
    expect(result).toMatchObject({ tool_call_id: renamed?.id });
    expect(second).not.toHaveProperty("name");
    expect(told(convert("mistral", { messages: conversation }).notes)).toEqual(["messages[].name dropped"]);
  });

  test("short ids stay as they are, and others do not meet", () => {
    const short: ChatMessage = { role: "tool", content: "", tool_call_id: "AbCdEf123" };
    const many = Array.from({ length: 10_000 }, (_, at): ChatMessage => ({
      ...short,
      tool_call_id: `call_${at}`,
    }));

    const ids = sent("mistral", [short, ...many]).map((message) => message["tool_call_id"]);

    expect(ids[0]).toBe("AbCdEf123");
    expect(new Set(ids).size).toBe(10_001);
  });

  test.each<[ServerKind, string, string[]]>([
    ["openai", "gpt-5", ["developer", "developer"]],
    ["openai", "gpt-4.1", ["system", "developer"]],
    ["openai", "o1-mini", ["user", "user"]],
    ["litellm", "openai/gpt-5", ["system", "developer"]],
    ["litellm", "mistral/large", ["system", "system"]],
    ["mistral", "m", ["system", "system"]],
    ["vllm", "gpt-5-clone", ["system", "system"]],
  ])("%s, %s: system and developer become %j", (server, model, roles) => {
    const messages: ChatMessage[] = [
      { role: "system", content: "S" },
      { role: "developer", content: "D" },
      user,
    ];

    expect(sent(server, messages, model).map((message) => message["role"])).toEqual([...roles, "user"]);
  });

  test("what a server gave beside the text goes back unchanged", () => {
    const extra = { ...call, extra_content: { google: { thought_signature: "x" } } };
    const details: ChatMessage = {
      role: "assistant",
      content: null,
      tool_calls: [extra],
      reasoning_details: [{ type: "x" }],
    };

    expect(sent("gemini", [user, details])[1]).toMatchObject({ tool_calls: [extra] });
    expect(sent("openrouter", [user, details])[1]).toEqual(details);
  });
});

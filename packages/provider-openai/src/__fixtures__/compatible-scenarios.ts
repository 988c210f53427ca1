/*
 * What compatible servers do otherwise, written by hand after specification 4.1-4.3 (and 3.4 for Azure): one exchange
 * for each, of the server and version that is named.
 */
import { contractKey, type AnswerScenario } from "@corral/core/contracts";
import { chunk, completion, events, frame } from "./openai-scenarios.ts";

const sse = { "content-type": "text/event-stream" };
const json = { "content-type": "application/json" };
const stop = chunk({}, { finish_reason: "stop" });
const look = { name: "look_up", arguments: { city: "Zürich" } };
const lookCalls = { choices: [{ calls: [look], finish: "tool_calls" as const }] };
const lookText = JSON.stringify(look.arguments);

/** A server with its version, and what is special about its answer. */
type Label = readonly [imitates: string, title: string];

function streamed([imitates, title]: Label, body: string, gives: AnswerScenario["gives"]): AnswerScenario {
  return { imitates, title, call: "streamChat", reply: { headers: sse, body }, gives };
}

function listed([imitates, title]: Label, body: unknown, ids: readonly string[]): AnswerScenario {
  return { imitates, title, call: "listModels", reply: { headers: json, body: JSON.stringify(body) }, gives: { ids } };
}

function refused(
  imitates: string,
  { status, body, title }: { readonly status: number; readonly body: unknown; readonly title: string },
  code: Extract<AnswerScenario["gives"], { code: unknown }>["code"],
): AnswerScenario {
  return { imitates, title, call: "chat", reply: { status, headers: json, body: JSON.stringify(body) }, gives: { code } };
}

const streams: readonly AnswerScenario[] = [
  streamed(["Azure OpenAI 2024-10-21", "filter results before, among and after the chunks"],
    events(
      { id: "", object: "", created: 0, model: "", choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] },
      chunk({ role: "assistant", content: "" }),
      chunk({ content: "Grüße" }, { content_filter_results: { hate: { filtered: false, severity: "safe" } } }),
      stop,
      frame([{ index: 0, content_filter_results: {}, content_filter_offsets: { check_offset: 0 }, finish_reason: null }]),
      "[DONE]",
    ),
    { choices: [{ text: "Grüße", finish: "stop" }] },
  ),
  streamed(["Azure OpenAI 2024-10-21, asynchronous filter", "a violation without a delta"],
    events(chunk({ content: "Gr" }), frame([{ index: 0, finish_reason: "content_filter", content_filter_results: {} }]), "[DONE]"),
    { choices: [{ text: "Gr", finish: "content_filter" }] },
  ),
  streamed(["vLLM 0.11, continuous_usage_stats", "usage in every chunk"],
    events(
      { ...chunk({ reasoning: "hm" }), usage: { prompt_tokens: 3, completion_tokens: 1 } },
      { ...chunk({ content: "Grüße" }), usage: { prompt_tokens: 3, completion_tokens: 2 } },
      { ...stop, usage: { prompt_tokens: 3, completion_tokens: 2 } },
      "[DONE]",
    ),
    { choices: [{ reasoning: "hm", text: "Grüße" }], usage: { promptTokens: 3, completionTokens: 2 } },
  ),
  streamed(["vLLM 0.11", "an error, and the end marker behind it"],
    events(chunk({ content: "Gr" }), { error: { message: contractKey, type: "InternalServerError", code: 500 } }, "[DONE]"),
    { code: "upstream_error" },
  ),
  streamed(["Groq, API of 2026", "usage under a name of its own"],
    events(chunk({ content: "Grüße" }), { ...stop, x_groq: { usage: { prompt_tokens: 3, completion_tokens: 2 } } }, "[DONE]"),
    { choices: [{ text: "Grüße" }], usage: { promptTokens: 3, completionTokens: 2 } },
  ),
  streamed(["Gemini, compatible API of 2026", "a tool call without an index"],
    events(chunk({ tool_calls: [{ id: "a", type: "function", function: { name: look.name, arguments: lookText } }] }), stop, "[DONE]"),
    lookCalls,
  ),
  streamed(["Mistral, API of 2026", "thinking as a part of the content"],
    events(
      chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }] }),
      chunk({ content: "Grüße" }),
      chunk({}, { finish_reason: "model_length" }),
      "[DONE]",
    ),
    { choices: [{ reasoning: "hm", text: "Grüße", finish: "length" }] },
  ),
  streamed(["OpenRouter, API of 2026", "comments while it waits, an error inside of a chunk"],
    `: OPENROUTER PROCESSING\n\n${events(chunk({ content: "Gr" }), { ...chunk({ content: "" }, { finish_reason: "error" }), error: { code: 502, message: contractKey } })}`,
    { code: "upstream_error" },
  ),
  streamed(["Together, API of 2025", "the reason eos, id and name in every fragment"],
    events(
      chunk({ tool_calls: [{ index: 0, id: "a", function: { name: look.name, arguments: lookText.slice(0, 5) } }] }),
      chunk({ tool_calls: [{ index: 0, id: "a", function: { name: look.name, arguments: lookText.slice(5) } }] }, { finish_reason: "eos" }),
      "[DONE]",
    ),
    lookCalls,
  ),
  streamed(["mock-llm 0.1.29", "no index, no usage, the reason in the last chunk of text"],
    events({ choices: [{ delta: { content: "Grüße" }, finish_reason: "stop" }] }, "[DONE]"),
    { choices: [{ text: "Grüße", finish: "stop" }] },
  ),
];

const wholes: readonly AnswerScenario[] = [
  {
    imitates: "DeepSeek, API of 2026",
    title: "blank lines before the document",
    call: "chat",
    reply: { headers: json, body: `\n\n\n${completion({ reasoning_content: "hm", content: "Grüße" }, "stop")}` },
    gives: { choices: [{ reasoning: "hm", text: "Grüße", finish: "stop" }] },
  },
  {
    imitates: "an OpenAI-compatible server that does not stream",
    title: "a document for a stream",
    call: "streamChat",
    reply: { headers: json, body: completion({ content: "Grüße" }, "stop") },
    gives: { choices: [{ text: "Grüße", finish: "stop" }] },
  },
  {
    imitates: "an OpenAI-compatible server that always streams",
    title: "a stream for a document",
    call: "chat",
    reply: { headers: sse, body: events(chunk({ content: "Grüße" }), stop, "[DONE]") },
    gives: { choices: [{ text: "Grüße", finish: "stop" }] },
  },
];

const lists: readonly AnswerScenario[] = [
  listed(["Together, API of 2026", "a bare array"], [{ id: "a/b", type: "chat" }], ["a/b"]),
  listed(["Ollama 0.33.0, /v1", "null for an empty list"], { object: "list", data: null }, []),
  listed(["LM Studio 0.4, /api/v1", "models by their keys"], { models: [{ key: "qwen/qwen3", type: "llm" }] }, ["qwen/qwen3"]),
  listed(["LocalAI 3", "ids and nothing else"], { object: "list", data: [{ id: "a.gguf", object: "model" }] }, ["a.gguf"]),
  listed(["Gemini, compatible API of 2026", "a prefix that belongs to the id"], { object: "list", data: [{ id: "models/gemini-3", object: "model" }] }, ["models/gemini-3"]),
];

const errors: readonly AnswerScenario[] = [
  refused("Gemini, compatible API of 2026", { title: "an array", status: 429, body: [{ error: { code: 429, message: contractKey, status: "RESOURCE_EXHAUSTED" } }] }, "upstream_rate_limited"),
  refused("Mistral, API of 2026", { title: "fields at the top", status: 429, body: { object: "error", message: contractKey, type: "rate_limited", param: null, code: "1300" } }, "upstream_rate_limited"),
  refused("Mistral, API of 2026", { title: "a list of fields", status: 422, body: { detail: [{ loc: ["body", "n"], msg: contractKey, type: "extra_forbidden" }] } }, "upstream_rejected"),
  refused("LiteLLM 1.80", { title: "the status as text", status: 429, body: { error: { message: `litellm.RateLimitError: ${contractKey}`, type: "None", param: "None", code: "429" } } }, "upstream_rate_limited"),
  refused("LM Studio 0.4", { title: "a text, for a model that is not there", status: 400, body: { error: "model \"x\" not found" } }, "upstream_not_found"),
  refused("xAI, API of 2026", { title: "code and text", status: 400, body: { code: "Client specified an invalid argument", error: contractKey } }, "upstream_rejected"),
  refused("vLLM 0.6", { title: "flat", status: 400, body: { object: "error", message: "This model's maximum context length is 4096 tokens", type: "BadRequestError", code: 400 } }, "context_length_exceeded"),
  refused("Azure OpenAI 2024-10-21", { title: "a prompt that was filtered", status: 400, body: { error: { message: "filtered", type: null, param: "prompt", code: "content_filter", status: 400, innererror: { code: "ResponsibleAIPolicyViolation" } } } }, "content_filtered"),
  refused("Azure OpenAI 2024-10-21", { title: "a deployment that is not there", status: 404, body: { error: { code: "DeploymentNotFound", message: "The API deployment for this resource does not exist." } } }, "upstream_not_found"),
  refused("OpenRouter, API of 2026", { title: "no credits", status: 402, body: { error: { code: 402, message: contractKey } } }, "insufficient_quota"),
  refused("Anthropic, compatible API of 2026", { title: "its own shape", status: 529, body: { type: "error", error: { type: "overloaded_error", message: contractKey } } }, "upstream_unavailable"),
];

export const compatibleScenarios: readonly AnswerScenario[] = [...streams, ...wholes, ...lists, ...errors];

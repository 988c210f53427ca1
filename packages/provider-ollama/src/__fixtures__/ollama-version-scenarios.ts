/*
 * What other versions of Ollama, and ollama.com behind it, answer; written by hand after specification 1.3-1.12.
 */
import { contractKey, type AnswerScenario } from "@corral/core/contracts";
import { chunk, last, lines } from "./ollama-scenarios.ts";

const ndjson = { "content-type": "application/x-ndjson" };
const json = { "content-type": "application/json; charset=utf-8" };
const look = { name: "look_up", arguments: { city: "Zürich" } };
const now = { name: "now", arguments: {} };

/** A server with its version, and what is special about its answer. */
type Label = readonly [imitates: string, title: string];

function streamed([imitates, title]: Label, body: string, gives: AnswerScenario["gives"]): AnswerScenario {
  return { imitates, title, call: "streamChat", reply: { headers: ndjson, body }, gives };
}

function refused(
  [imitates, title]: Label,
  { status, body }: { readonly status: number; readonly body: unknown },
  code: Extract<AnswerScenario["gives"], { code: unknown }>["code"],
): AnswerScenario {
  const isText = typeof body === "string";
  const reply = { status, headers: isText ? {} : json, body: isText ? body : JSON.stringify(body) };
  return { imitates, title, call: "chat", reply, gives: { code } };
}

const streams: readonly AnswerScenario[] = [
  streamed(
    ["Ollama 0.12.10, template path", "tool calls with ids, in chunks of their own"],
    lines(
      chunk({ tool_calls: [{ id: "call_abcdefgh", function: { index: 0, ...look } }] }),
      chunk({ tool_calls: [{ id: "call_ijklmnop", function: { index: 1, ...now } }] }),
      chunk({}, last),
    ),
    { choices: [{ calls: [look, now], finish: "tool_calls" }] },
  ),
  streamed(
    ["Ollama 0.2.8", "a tool call without id and index"],
    lines(chunk({ tool_calls: [{ function: look }] }), chunk({}, last)),
    { choices: [{ calls: [look], finish: "tool_calls" }] },
  ),
  streamed(
    ["Ollama 0.30.0, native path", "text and all tool calls on the last line"],
    lines(chunk({ content: "so: ", tool_calls: [{ function: { index: 0, ...look } }, { function: { index: 1, ...now } }] }, last)),
    { choices: [{ text: "so: ", calls: [look, now], finish: "tool_calls" }] },
  ),
  streamed(
    ["Ollama 0.1.24", "no reason and no counts on the last line"],
    lines(chunk({ content: "Grüße" }), chunk({}, { done: true })),
    { choices: [{ text: "Grüße", finish: "stop" }] },
  ),
  streamed(
    ["Ollama 0.33.0", "an answer that was cut at num_predict"],
    lines(chunk({ content: "Grü" }), chunk({}, { ...last, done_reason: "length" })),
    { choices: [{ text: "Grü", finish: "length" }], usage: { promptTokens: 11, completionTokens: 5 } },
  ),
  streamed(
    ["Ollama 0.33.0", "no end of the last line"],
    lines(chunk({ content: "Grüße" }), chunk({}, last)).trimEnd(),
    { choices: [{ text: "Grüße", finish: "stop" }] },
  ),
  streamed(
    ["Ollama 0.12.0, a remote model", "the names of the remote server in each line"],
    lines(chunk({ content: "Grüße" }, { remote_model: "gpt-oss:120b", remote_host: "https://ollama.com" }), chunk({}, last)),
    { choices: [{ text: "Grüße", finish: "stop" }] },
  ),
  streamed(
    ["Ollama 0.33.0, a token repeated", "an end that says it is none"],
    lines(chunk({ content: "a" }), chunk({ content: "a" })),
    { code: "upstream_truncated" },
  ),
  streamed(
    ["Ollama 0.12.0, a remote model", "an address to sign in at, beside the error"],
    lines({ error: "unauthorized", signin_url: `https://ollama.com/connect?key=${contractKey}` }),
    { code: "upstream_unauthorized" },
  ),
];

const errors: readonly AnswerScenario[] = [
  refused(
    ["Ollama 0.30.0", "the error of the server inside, as text"],
    {
      status: 400,
      body: {
        error: JSON.stringify({
          error: { code: 400, message: "request exceeds", type: "exceed_context_size_error", n_prompt_tokens: 9, n_ctx: 4 },
        }),
      },
    },
    "context_length_exceeded",
  ),
  refused(
    ["Ollama 0.33.0", "an option of a wrong type"],
    { status: 500, body: { error: 'option "temperature" must be of type float32' } },
    "upstream_rejected",
  ),
  refused(
    ["Ollama 0.33.0", "a model that is not there"],
    { status: 404, body: { error: "model 'x' not found" } },
    "upstream_not_found",
  ),
  refused(["Ollama 0.1.23", "a path that is not there"], { status: 404, body: "404 page not found" }, "upstream_not_found"),
  refused(["Ollama 0.33.0", "a Host that it does not allow"], { status: 403, body: "" }, "upstream_unauthorized"),
  refused(
    ["Ollama 0.33.0", "a full queue"],
    { status: 503, body: { error: "server busy, please try again.  maximum pending requests exceeded" } },
    "upstream_unavailable",
  ),
  refused(
    ["Ollama 0.33.0", "a model without thinking"],
    { status: 400, body: { error: '"x" does not support thinking' } },
    "upstream_rejected",
  ),
  refused(
    ["ollama.com, November 2026", "a spent week"],
    { status: 429, body: { error: `you (${contractKey}) have reached your weekly usage limit` } },
    "insufficient_quota",
  ),
  refused(
    ["ollama.com, November 2026", "an overload"],
    { status: 503, body: { error: "Server overloaded, please retry shortly (ref: 1234)" } },
    "upstream_unavailable",
  ),
];

const lists: readonly AnswerScenario[] = [
  {
    imitates: "Ollama 0.1.14",
    title: "names without `model`, details or capabilities",
    call: "listModels",
    reply: { headers: json, body: JSON.stringify({ models: [{ name: "llama2:latest", size: 1, digest: "00" }] }) },
    gives: { ids: ["llama2:latest"] },
  },
  {
    imitates: "Ollama 0.12.0",
    title: "the stub of a remote model",
    call: "listModels",
    reply: {
      headers: json,
      body: JSON.stringify({
        models: [{ name: "gpt-oss:120b-cloud", model: "gpt-oss:120b-cloud", remote_model: "gpt-oss:120b", remote_host: "https://ollama.com:443", size: 384 }],
      }),
    },
    gives: { ids: ["gpt-oss:120b-cloud"] },
  },
  {
    imitates: "Ollama 0.33.0, nothing installed",
    title: "null for an empty list",
    call: "listModels",
    reply: { headers: json, body: '{"models":null}' },
    gives: { ids: [] },
  },
];

export const ollamaVersionScenarios: readonly AnswerScenario[] = [...streams, ...errors, ...lists];

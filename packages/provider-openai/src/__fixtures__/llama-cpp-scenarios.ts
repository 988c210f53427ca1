/*
 * What a real llama-server answered to this provider, replayed: see `provenance` in llama-cpp-recordings.json.
 * `pnpm test:peers` compares the recordings with the server of the day.
 */
import type { AnswerScenario } from "@corral/core/contracts";
import recorded from "./llama-cpp-recordings.json" with { type: "json" };

const answer = "Hello from a tiny model. One two three four five.";
const thought = { reasoning: "Let me think about it briefly.\n", text: "\nThe answer is forty two.", finish: "stop" } as const;
const call = { calls: [{ name: "get_flag", arguments: { on: true } }], finish: "tool_calls" } as const;

/** What the provider must make of each recording. */
const gives: Record<string, AnswerScenario["gives"]> = {
  list: { ids: ["tiny"] },
  whole: {
    choices: [{ text: answer, finish: "stop" }],
    usage: { promptTokens: 22, completionTokens: 11, cachedTokens: 6 },
  },
  streamed: {
    choices: [{ text: answer, finish: "stop" }],
    usage: { promptTokens: 22, completionTokens: 11, cachedTokens: 6 },
  },
  "tool call": { choices: [call] },
  "tool call in fragments": { choices: [call] },
  reasoning: { choices: [thought] },
  "reasoning streamed": { choices: [thought] },
  schema: { choices: [{ finish: "stop" }] },
  "cut at a length": { choices: [{ text: "tick tock tick tock tick tock", finish: "length" }] },
  "two choices": { choices: [{ text: answer, finish: "stop" }, { text: answer, finish: "stop" }] },
  "too long": { code: "context_length_exceeded" },
  "no embeddings": { code: "upstream_rejected" },
  embeddings: { vectors: 2, dimensions: 416 },
  "wrong key": { code: "upstream_unauthorized" },
  "router's list": { ids: ["tiny"] },
  "router without the model": { code: "upstream_not_found" },
};

// safe: the recorder writes these members
type Recording = Pick<AnswerScenario, "call" | "request" | "reply"> & { readonly name: string };

export const llamaCppScenarios: readonly AnswerScenario[] = (recorded.recordings as readonly Recording[]).map(
  ({ name, call, request, reply }) => {
    const expected = gives[name];
    if (expected === undefined) throw new Error(`nothing says what "${name}" gives`);
    return { title: name, imitates: "llama.cpp v0.5.0, recorded", call, ...(request && { request }), reply, gives: expected };
  },
);

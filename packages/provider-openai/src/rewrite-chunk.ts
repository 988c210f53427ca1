import type { ChatTool, JsonObject, JsonValue } from "@corral/core";
import { asArray, asNumber, asObject, asText } from "@corral/provider-kit";
import { ThinkTagSplitter, type ThinkTags } from "./think-tag-splitter.ts";

/** Makes of a chunk, or of a whole completion, what it should have been. One for each answer, as it may keep state. */
export type RewriteChunk = (chunk: JsonObject) => JsonObject;

/** Applies several, the first first; `undefined` when there are none, so that nothing is done at all. */
export function rewriteInTurn(...rewrites: readonly (RewriteChunk | undefined)[]): RewriteChunk | undefined {
  const present = rewrites.filter((rewrite) => rewrite !== undefined);
  if (present.length === 0) return undefined;
  return (chunk) => present.reduce((current, rewrite) => rewrite(current), chunk);
}

/** Moves what stands between `<think>` tags from the text to the reasoning. */
export function splitThinkTags(mode: ThinkTags): RewriteChunk {
  const splitters = new Map<JsonValue | undefined, ThinkTagSplitter>();
  return rewriteChoices((choice) => {
    const { name, message } = messageOf(choice);
    const index = choice["index"] ?? 0;
    const splitter = splitters.get(index) ?? new ThinkTagSplitter(mode);
    splitters.set(index, splitter);
    const given = message?.["content"];
    const isEnd = asText(choice["finish_reason"]) !== undefined;
    const split = splitter.push(typeof given === "string" ? given : "");
    const rest = isEnd ? splitter.end() : { reasoning: "", text: "" };
    const reasoning = split.reasoning + rest.reasoning;
    const text = split.text + rest.text;
    if (typeof given !== "string" && reasoning === "" && text === "") return choice;
    const known = asText(message?.["reasoning_content"]) ?? "";
    return {
      ...choice,
      [name]: {
        ...message,
        content: text,
        ...(known + reasoning !== "" && { reasoning_content: known + reasoning }),
      },
    };
  });
}

/** Gives tools the names that the request has for them, where a server writes them its own way. */
export function restoreToolNames(tools: readonly ChatTool[] | undefined): RewriteChunk | undefined {
  if (tools === undefined || tools.length === 0) return undefined;
  const names = new Map(tools.map((tool) => [normalize(tool.function.name), tool.function.name]));
  return rewriteChoices((choice) => {
    const { name, message } = messageOf(choice);
    const calls = asArray(message?.["tool_calls"]);
    if (calls.length === 0) return choice;
    return { ...choice, [name]: { ...message, tool_calls: calls.map((call) => withName(call, names)) } };
  });
}

function withName(call: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  const object = asObject(call);
  const called = asObject(object?.["function"]);
  const name = names.get(normalize(asText(called?.["name"]) ?? ""));
  return name === undefined ? call : { ...object, function: { ...called, name } };
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]/gu, "");
}

/** Reads the older completions as if they were a chat's: text as content, and probabilities in the newer form. */
export const readTextCompletion: RewriteChunk = rewriteChoices((choice) => {
  const { text, logprobs, ...rest } = choice;
  if (typeof text !== "string") return choice;
  const content = toTokens(asObject(logprobs));
  return { ...rest, message: { content: text }, logprobs: content.length === 0 ? null : { content } };
});

/** From `{ tokens, token_logprobs, top_logprobs }`, lists of equal length. */
function toTokens(logprobs: JsonObject | undefined): JsonObject[] {
  const chosen = asArray(logprobs?.["token_logprobs"]);
  const tops = asArray(logprobs?.["top_logprobs"]);
  return asArray(logprobs?.["tokens"]).map((token, at) => ({
    token,
    // the first token of an echoed prompt has none
    logprob: asNumber(chosen[at]) ?? 0,
    bytes: null,
    top_logprobs: Object.entries(asObject(tops[at]) ?? {}).map(([other, logprob]) => ({
      token: other,
      logprob,
      bytes: null,
    })),
  }));
}

function rewriteChoices(rewrite: (choice: JsonObject) => JsonObject): RewriteChunk {
  return (chunk) => {
    const choices = asArray(chunk["choices"]);
    if (choices.length === 0) return chunk;
    return { ...chunk, choices: choices.map((choice) => rewrite(asObject(choice) ?? {})) };
  };
}

/** A chunk has a `delta`, a whole completion a `message`. */
function messageOf(choice: JsonObject): {
  readonly name: "delta" | "message";
  readonly message: JsonObject | undefined;
} {
  const name = choice["message"] === undefined ? "delta" : "message";
  return { name, message: asObject(choice[name]) };
}

import type { FinishReason, JsonObject, JsonValue, TokenUsage } from "@corral/core";
import { asArray, asCount, asObject, asText } from "@corral/provider-kit";

/** The text of a delta or message: a string, or an array of parts. */
export function textOfDelta(delta: JsonObject): string {
  const content = delta["content"];
  if (typeof content === "string") return content;
  return asArray(content)
    .map((part) => (isThinking(part) ? "" : textOfPart(part)))
    .join("");
}

/** The reasoning, under the first of the names that servers use for it. */
export function reasoningOfDelta(delta: JsonObject): string {
  const named = asText(delta["reasoning_content"]) ?? asText(delta["reasoning"]) ?? asText(delta["thinking"]);
  if (named !== undefined) return named;
  const details = asArray(delta["reasoning_details"]).map((item) => {
    const detail = asObject(item);
    return asText(detail?.["text"]) ?? asText(detail?.["summary"]) ?? "";
  });
  const parts = asArray(delta["content"]).map((part) => (isThinking(part) ? textOfPart(part) : ""));
  return [...details, ...parts].join("");
}

function isThinking(part: JsonValue): boolean {
  const type = asObject(part)?.["type"];
  return type === "thinking" || type === "reasoning";
}

function textOfPart(part: JsonValue): string {
  if (typeof part === "string") return part;
  const object = asObject(part);
  const text = object?.["text"] ?? object?.["thinking"];
  return typeof text === "string" ? text : asArray(text).map(textOfPart).join("");
}

/** Token counts, wherever a chunk or body has them. */
export function usageOfChunk(chunk: JsonObject): TokenUsage | undefined {
  const usage = asObject(chunk["usage"]) ?? asObject(asObject(chunk["x_groq"])?.["usage"]);
  const promptTokens = asCount(usage?.["prompt_tokens"]);
  const completionTokens = asCount(usage?.["completion_tokens"]);
  if (promptTokens === undefined && completionTokens === undefined) return undefined;
  const cachedTokens =
    asCount(asObject(usage?.["prompt_tokens_details"])?.["cached_tokens"]) ??
    asCount(usage?.["prompt_cache_hit_tokens"]) ??
    asCount(usage?.["num_cached_tokens"]);
  const reasoningTokens = asCount(asObject(usage?.["completion_tokens_details"])?.["reasoning_tokens"]);
  return {
    promptTokens: promptTokens ?? 0,
    completionTokens: completionTokens ?? 0,
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  };
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  tool_use: "tool_calls",
  content_filter: "content_filter",
  refusal: "content_filter",
};

/** Some servers say `stop` although they call tools, and some have words of their own. */
export function toFinishReason(
  raw: string,
  has: { readonly text: boolean; readonly calls: boolean },
): FinishReason {
  const reason = Object.hasOwn(finishReasons, raw) ? finishReasons[raw] : undefined;
  if (reason === "stop" && has.calls) return "tool_calls";
  return reason ?? (has.text ? "stop" : "other");
}

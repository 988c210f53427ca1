import { isDomainError, type JsonObject } from "@corral/core";
import { asArray, asObject } from "@corral/provider-kit";
import type { OllamaFeature } from "./ollama-version.ts";

type Refusal = readonly [feature: OllamaFeature, text: RegExp, isUsed: (body: JsonObject) => boolean];

/** First hit wins: what asks for more stands before what asks for less. */
const refusals: readonly Refusal[] = [
  ["think", /does not support thinking/iu, (body) => body["think"] !== undefined],
  ["thinkMax", /invalid think value/iu, (body) => body["think"] === "max"],
  ["thinkLevels", /invalid think value|think of type bool/iu, (body) => typeof body["think"] === "string"],
  ["think", /\bthink\b/iu, (body) => body["think"] !== undefined],
  ["logprobs", /logprobs/iu, (body) => body["logprobs"] !== undefined],
  ["formatSchema", /\bformat of type string/iu, (body) => asObject(body["format"]) !== undefined],
  ["chatTruncate", /\b(?:truncate|shift)\b/iu, (body) => "truncate" in body || "shift" in body],
  ["embedDimensions", /\bdimensions\b/iu, (body) => "dimensions" in body],
  ["toolName", /\btool_name\b/iu, (body) => usesToolField(body, "tool_name")],
  ["toolCallIds", /\btool_call_id\b|tool_calls\.id\b/iu, (body) => usesToolField(body, "tool_call_id")],
];

/**
 * What of a request the server does not know, when its answer says so: a 400 that names the field. The answer without it
 * is weaker, not another one.
 */
export function findRefusedFeature(error: unknown, body: JsonObject): OllamaFeature | undefined {
  if (!isDomainError(error) || error.details?.upstreamStatus !== 400) return undefined;
  const { upstreamClass, upstreamMessage = "" } = error.details;
  if (upstreamClass !== "invalid_request" && upstreamClass !== "unsupported_param") return undefined;
  return refusals.find(([, text, isUsed]) => text.test(upstreamMessage) && isUsed(body))?.[0];
}

function usesToolField(body: JsonObject, name: string): boolean {
  return asArray(body["messages"]).some((message) => asObject(message)?.[name] !== undefined);
}

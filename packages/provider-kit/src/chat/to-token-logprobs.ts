import type { JsonObject, JsonValue, TokenLogprob } from "@corral/core";
import { asArray, asCount, asNumber, asObject } from "../json/read-json.ts";

/** Reads a list of token probabilities; Ollama and OpenAI write them alike. Unreadable entries are left out. */
export function toTokenLogprobs(value: JsonValue | undefined): TokenLogprob[] {
  return asArray(value).flatMap((item) => {
    const entry = asObject(item);
    const top = asArray(entry?.["top_logprobs"]).flatMap((other) => toProbability(asObject(other)));
    return toProbability(entry).map((token) => ({ ...token, top_logprobs: top }));
  });
}

function toProbability(entry: JsonObject | undefined): Omit<TokenLogprob, "top_logprobs">[] {
  const token = entry?.["token"];
  const logprob = asNumber(entry?.["logprob"]);
  if (typeof token !== "string" || logprob === undefined) return [];
  const bytes = entry?.["bytes"];
  return [
    {
      token,
      logprob,
      bytes: Array.isArray(bytes) ? asArray(bytes).flatMap((byte) => asCount(byte) ?? []) : null,
    },
  ];
}

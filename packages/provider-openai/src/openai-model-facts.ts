import type { JsonObject, JsonValue, ModelFacts } from "@corral/core";
import { asArray, asCount, asNumber, asObject, asText } from "@corral/provider-kit";
import { claimsOf } from "./capability-claims.ts";

/**
 * What an entry of a model list says, under the many names that servers have for it. `created` is left out: several
 * servers write the present time there, so the model would seem to change with every list.
 */
export function factsOfOpenAIModel(entry: JsonObject): ModelFacts {
  const meta = asObject(entry["meta"]);
  const top = asObject(entry["top_provider"]);
  const info = asObject(entry["model_info"]);
  const quantization = entry["quantization"];
  const facts = {
    ...claimsOf(entry),
    contextLength: firstCount(
      ...fields(entry, "context_length", "max_model_len", "context_window", "max_context_length"),
      top?.["context_length"],
      meta?.["n_ctx"],
      info?.["max_input_tokens"],
    ),
    maxOutputTokens: firstCount(
      ...fields(entry, "max_completion_tokens", "max_output_tokens"),
      top?.["max_completion_tokens"],
      info?.["max_output_tokens"],
    ),
    format: asText(entry["format"]),
    family: asText(entry["architecture"]),
    parameterSize: asText(entry["params_string"]),
    quantization: asText(quantization) ?? asText(asObject(quantization)?.["name"]) ?? asText(meta?.["ftype"]),
    sizeBytes: firstCount(entry["size_bytes"], meta?.["size"]),
    ownedBy: asText(entry["owned_by"]) ?? asText(entry["organization"]) ?? asText(entry["publisher"]),
    aliases: aliasesOf(entry),
    retiresAt: toIsoTime(retirementOf(entry)),
  };
  // safe: what is left has no undefined
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as ModelFacts;
}

function fields(entry: JsonObject, ...names: readonly string[]): (JsonValue | undefined)[] {
  return names.map((name) => entry[name]);
}

function firstCount(...values: Parameters<typeof asCount>[0][]): number | undefined {
  return values.map(asCount).find((count) => count !== undefined && count > 0);
}

function aliasesOf(entry: JsonObject): readonly string[] | undefined {
  const aliases = asArray(entry["aliases"]).flatMap((alias) => asText(alias) ?? []);
  const others = aliases.filter((alias) => alias !== entry["id"]);
  return others.length === 0 ? undefined : others;
}

/** Under the names of OpenAI, OpenRouter, Mistral and Azure, which has one for each use. */
function retirementOf(entry: JsonObject): JsonValue | undefined {
  const deprecation = entry["deprecation"];
  const date = entry["shutdown_date"] ?? entry["expiration_date"];
  return date ?? asObject(deprecation)?.["inference"] ?? deprecation;
}

/** From text, or from seconds. */
function toIsoTime(value: JsonValue | undefined): string | undefined {
  const seconds = asNumber(value);
  const at = seconds === undefined ? Date.parse(asText(value) ?? "") : seconds * 1000;
  return Number.isNaN(at) || Math.abs(at) > 8.64e15 ? undefined : new Date(at).toISOString();
}

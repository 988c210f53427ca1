import {
  capabilityNames,
  type CapabilityName,
  type JsonObject,
  type JsonValue,
  type ModelFacts,
} from "@corral/core";
import { asArray, asCount, asObject, asText } from "@corral/provider-kit";

/** Facts of an entry of `/api/tags`. Capabilities are there since 0.30, the context length since 0.22.1. */
export function factsOfTag(entry: JsonObject): ModelFacts {
  const details = asObject(entry["details"]);
  return present({
    ...factsOfDetails(details),
    ...hasAndLacks(readCapabilities(entry["capabilities"])),
    contextLength: asCount(details?.["context_length"]),
    sizeBytes: asCount(entry["size"]),
    digest: asText(entry["digest"]),
    modifiedAt: toIsoTime(entry["modified_at"]),
  });
}

/** Facts of an answer of `/api/show`. Servers before 0.6.4 do not say the capabilities; they are read off the template. */
export function factsOfShow(answer: JsonObject): ModelFacts {
  const info = asObject(answer["model_info"]);
  const architecture = asText(info?.["general.architecture"]);
  return present({
    ...factsOfDetails(asObject(answer["details"])),
    ...hasAndLacks(readCapabilities(answer["capabilities"]) ?? inferCapabilities(answer)),
    contextLength: asCount(info?.[`${architecture}.context_length`]),
    modifiedAt: toIsoTime(answer["modified_at"]),
  });
}

function factsOfDetails(details: JsonObject | undefined): Optional<ModelFacts> {
  return {
    format: asText(details?.["format"]),
    family: asText(details?.["family"]),
    parameterSize: asText(details?.["parameter_size"]),
    quantization: asText(details?.["quantization_level"]),
  };
}

function readCapabilities(value: JsonValue | undefined): readonly CapabilityName[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return capabilityNames.filter((name) => value.includes(name));
}

/** Ollama's list is complete: what it does not name, the model lacks. `usage` is no capability of a model. */
function hasAndLacks(has: readonly CapabilityName[] | undefined) {
  const lacks = has && capabilityNames.filter((name) => name !== "usage" && !has.includes(name));
  return { capabilities: has, lacks };
}

function inferCapabilities(answer: JsonObject): readonly CapabilityName[] {
  const details = asObject(answer["details"]);
  const families = [details?.["family"], ...asArray(details?.["families"])];
  if (families.some((family) => asText(family)?.includes("bert"))) return ["embedding"];
  const template = asText(answer["template"]) ?? "";
  return [
    "completion",
    ...(template.includes(".Tools") ? (["tools"] as const) : []),
    ...(template.includes(".Suffix") ? (["insert"] as const) : []),
    ...(asObject(answer["projector_info"]) === undefined ? [] : (["vision"] as const)),
  ];
}

/** Ollama writes nine digits of a second; `Date` keeps three. */
export function toIsoTime(value: JsonValue | undefined): string | undefined {
  const text = asText(value);
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

type Optional<Facts> = { readonly [Name in keyof Facts]: Facts[Name] | undefined };

function present(facts: Optional<ModelFacts>): ModelFacts {
  // safe: what is left has no undefined
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as ModelFacts;
}

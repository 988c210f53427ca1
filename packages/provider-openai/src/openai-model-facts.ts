import type { CapabilityName, JsonObject, ModelFacts } from "@corral/core";
import { asArray, asCount, asObject, asText } from "@corral/provider-kit";

/**
 * What an entry of a model list says, under the many names that servers have for it. `created` is left out: several
 * servers write the present time there, so the model would seem to change with every list.
 */
export function factsOfOpenAIModel(entry: JsonObject): ModelFacts {
  const meta = asObject(entry["meta"]);
  const top = asObject(entry["top_provider"]);
  const quantization = entry["quantization"];
  const facts = {
    capabilities: capabilitiesOf(entry),
    contextLength: firstCount(
      entry["context_length"],
      entry["max_model_len"],
      entry["context_window"],
      entry["max_context_length"],
      top?.["context_length"],
      meta?.["n_ctx"],
    ),
    maxOutputTokens: firstCount(
      entry["max_completion_tokens"],
      entry["max_output_tokens"],
      top?.["max_completion_tokens"],
    ),
    format: asText(entry["format"]),
    family: asText(entry["architecture"]),
    parameterSize: asText(entry["params_string"]),
    quantization: asText(quantization) ?? asText(asObject(quantization)?.["name"]) ?? asText(meta?.["ftype"]),
    sizeBytes: firstCount(entry["size_bytes"], meta?.["size"]),
    ownedBy: asText(entry["owned_by"]) ?? asText(entry["organization"]) ?? asText(entry["publisher"]),
  };
  // safe: what is left has no undefined
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as ModelFacts;
}

function firstCount(...values: Parameters<typeof asCount>[0][]): number | undefined {
  return values.map(asCount).find((count) => count !== undefined && count > 0);
}

/** Only from servers that say what a model can and cannot; `undefined` where one would have to guess. */
function capabilitiesOf(entry: JsonObject): readonly CapabilityName[] | undefined {
  const type = asText(entry["type"]);
  if (type === "embedding" || type === "embeddings") return ["embedding"];
  return ofModalities(entry) ?? ofCapabilityFlags(entry, type) ?? ofSupportFlags(entry);
}

/** OpenRouter: what goes in, and which parameters are known. llama.cpp's router leaves the second out. */
function ofModalities(entry: JsonObject): readonly CapabilityName[] | undefined {
  const architecture = asObject(entry["architecture"]);
  if (!Array.isArray(architecture?.["input_modalities"])) return undefined;
  if (!Array.isArray(entry["supported_parameters"])) return undefined;
  const input = asArray(architecture["input_modalities"]);
  const output = asArray(architecture["output_modalities"]);
  const params = asArray(entry["supported_parameters"]);
  return chosen({
    completion: output.length === 0 || output.includes("text"),
    tools: params.includes("tools"),
    vision: input.includes("image"),
    audio: input.includes("audio"),
    thinking: params.includes("reasoning"),
    image: output.includes("image"),
  });
}

/** Mistral and LM Studio: an object of flags. */
function ofCapabilityFlags(
  entry: JsonObject,
  type: string | undefined,
): readonly CapabilityName[] | undefined {
  const flags = asObject(entry["capabilities"]);
  if (flags === undefined) return undefined;
  return chosen({
    completion: flags["completion_chat"] === true || type === "llm",
    tools: flags["function_calling"] === true || flags["trained_for_tool_use"] === true,
    vision: flags["vision"] === true,
    thinking: flags["reasoning"] === true,
    insert: flags["completion_fim"] === true,
    audio: flags["audio"] === true,
  });
}

/** Fireworks: a field each. */
function ofSupportFlags(entry: JsonObject): readonly CapabilityName[] | undefined {
  if (typeof entry["supports_chat"] !== "boolean") return undefined;
  return chosen({
    completion: entry["supports_chat"],
    tools: entry["supports_tools"] === true,
    vision: entry["supports_image_input"] === true,
  });
}

function chosen(flags: Partial<Record<CapabilityName, boolean>>): readonly CapabilityName[] | undefined {
  // safe: the keys of the argument
  const names = (Object.keys(flags) as CapabilityName[]).filter((name) => flags[name] === true);
  return names.length === 0 ? undefined : names;
}

import type { CapabilityName, JsonObject, JsonValue, ModelFacts } from "@corral/core";
import { capabilityNames } from "@corral/core";
import { asArray, asObject, asText } from "@corral/provider-kit";

/** What a list says about a capability: there, or not there. What it does not say is absent. */
type Claims = Partial<Record<CapabilityName, boolean | undefined>>;

/**
 * What an entry of a model list says that a model can and cannot do. Lists say little, each about something else: what
 * one does not mention stays unknown.
 */
export function claimsOf(entry: JsonObject): Pick<ModelFacts, "capabilities" | "lacks"> {
  const claims: Claims = {};
  for (const read of readers) {
    // The first that says something about a capability is believed.
    for (const [name, value] of Object.entries(read(entry))) {
      // safe: the keys of Claims
      if (value !== undefined) claims[name as CapabilityName] ??= value;
    }
  }
  const capabilities = capabilityNames.filter((name) => claims[name] === true);
  const lacks = capabilityNames.filter((name) => claims[name] === false);
  return { ...(capabilities.length > 0 && { capabilities }), ...(lacks.length > 0 && { lacks }) };
}

const readers: readonly ((entry: JsonObject) => Claims)[] = [
  ofType,
  ofModalities,
  ofSupportedParameters,
  ofFlags,
  ofSupportFields,
  ofModelInfo,
  ofNames,
];

const onlyEmbeds: Claims = { embedding: true, completion: false, tools: false, vision: false };

/** Together and LM Studio. */
function ofType(entry: JsonObject): Claims {
  const type = asText(entry["type"]);
  if (type === "embedding" || type === "embeddings") return onlyEmbeds;
  if (type === "llm" || type === "vlm" || type === "chat") return { completion: true };
  if (type === "image") return { image: true, completion: false };
  return type === "moderation" || type === "rerank" ? { completion: false } : {};
}

/**
 * OpenRouter and llama.cpp's router below `architecture`, xAI at the top: what goes in and comes out. The lists are
 * complete, save the router's, which speaks of models that it has not looked into yet.
 */
function ofModalities(entry: JsonObject): Claims {
  const holder = asObject(entry["architecture"]) ?? entry;
  const input = asArray(holder["input_modalities"]);
  const output = asArray(holder["output_modalities"]);
  const isComplete = asObject(entry["status"]) === undefined;
  const has = (list: readonly JsonValue[], name: string) =>
    list.includes(name) || (isComplete && list.length > 0 ? false : undefined);
  return {
    vision: has(input, "image"),
    audio: has(input, "audio"),
    completion: has(output, "text"),
    image: has(output, "image"),
  };
}

/** OpenRouter: a complete list of parameters. */
function ofSupportedParameters(entry: JsonObject): Claims {
  const params = entry["supported_parameters"];
  if (!Array.isArray(params)) return {};
  return { tools: params.includes("tools"), thinking: params.includes("reasoning") };
}

/** Mistral, LM Studio and Azure: an object of flags. */
function ofFlags(entry: JsonObject): Claims {
  const flags = asObject(entry["capabilities"]);
  return {
    completion: asFlag(flags?.["completion_chat"]) ?? asFlag(flags?.["chat_completion"]),
    tools: asFlag(flags?.["function_calling"]) ?? ifTrue(flags?.["trained_for_tool_use"]),
    vision: asFlag(flags?.["vision"]),
    thinking: asFlag(flags?.["reasoning"]),
    insert: asFlag(flags?.["completion_fim"]),
    audio: asFlag(flags?.["audio"]),
    embedding: asFlag(flags?.["embeddings"]),
  };
}

/** Fireworks: a field each. */
function ofSupportFields(entry: JsonObject): Claims {
  return {
    completion: asFlag(entry["supports_chat"]),
    tools: asFlag(entry["supports_tools"]),
    vision: asFlag(entry["supports_image_input"]),
  };
}

/** LiteLLM: `false` also where it merely does not know. */
function ofModelInfo(entry: JsonObject): Claims {
  const info = asObject(entry["model_info"]);
  const mode = asText(info?.["mode"]);
  return {
    ...(mode === "embedding" && onlyEmbeds),
    ...(mode === "chat" && { completion: true }),
    tools: ifTrue(info?.["supports_function_calling"]),
    vision: ifTrue(info?.["supports_vision"]),
    thinking: ifTrue(info?.["supports_reasoning"]),
    audio: ifTrue(info?.["supports_audio_input"]),
  };
}

/** Names alone, as Ollama has them; of other servers nobody knows whether the list is complete. */
function ofNames(entry: JsonObject): Claims {
  const names = asArray(entry["capabilities"]);
  return Object.fromEntries(
    capabilityNames.filter((name) => names.includes(name)).map((name) => [name, true]),
  );
}

function asFlag(value: JsonValue | undefined): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** LM Studio lets any model call tools, trained for it or not. */
function ifTrue(value: JsonValue | undefined): true | undefined {
  return value === true ? true : undefined;
}

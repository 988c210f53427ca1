import { capabilityNames, type JsonObject, type ModelFacts } from "@corral/core";

/** A model as it is offered, whichever provider serves it. */
export type OfferedModel = {
  /** The name callers use. */
  readonly id: string;
  /** Who serves it, e.g. `openai`. */
  readonly provider: string;
  readonly facts: ModelFacts;
  /** ISO 8601. Default: what the facts say. */
  readonly modifiedAt?: string;
};

/** How Go writes a time that nobody set. */
const noTime = "0001-01-01T00:00:00Z";

/** An item of `/api/tags`. The digest of a model that is no file is made of provider and id, so that it stays the same. */
export async function toOllamaTag({ id, provider, facts, modifiedAt }: OfferedModel): Promise<JsonObject> {
  const name = withTag(id);
  return {
    name,
    model: name,
    modified_at: modifiedAt ?? facts.modifiedAt ?? noTime,
    size: facts.sizeBytes ?? 0,
    digest: facts.digest ?? (await sha256(`${provider}\n${id}`)),
    details: {
      ...detailsOf(provider, facts),
      ...(facts.contextLength !== undefined && { context_length: facts.contextLength }),
    },
    ...(facts.capabilities && { capabilities: ollamaCapabilities(facts) }),
  };
}

/** The answer of `/api/show`: what is known, in Ollama's places. */
export function toOllamaShow({ provider, facts, modifiedAt }: OfferedModel): JsonObject {
  const architecture = facts.family ?? provider;
  return {
    modelfile: "",
    parameters: "",
    template: "",
    details: detailsOf(provider, facts),
    model_info: {
      "general.architecture": architecture,
      ...(facts.contextLength !== undefined && { [`${architecture}.context_length`]: facts.contextLength }),
    },
    capabilities: facts.capabilities ? ollamaCapabilities(facts) : ["completion"],
    modified_at: modifiedAt ?? facts.modifiedAt ?? noTime,
  };
}

function detailsOf(provider: string, facts: ModelFacts): JsonObject {
  const family = facts.family ?? provider;
  return {
    parent_model: "",
    format: facts.format ?? "",
    family,
    families: [family],
    parameter_size: facts.parameterSize ?? "",
    quantization_level: facts.quantization ?? "",
  };
}

/** Ollama's are a closed set. */
function ollamaCapabilities({ capabilities = [] }: ModelFacts): readonly string[] {
  return capabilityNames.filter((name) => name !== "usage" && capabilities.includes(name));
}

/** The colon of a tag is the one after the last slash. */
function withTag(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).includes(":") ? id : `${id}:latest`;
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

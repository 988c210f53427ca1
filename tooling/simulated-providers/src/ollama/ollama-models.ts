import { createHash } from "node:crypto";
import type { JsonObject } from "../server/json-object.ts";
import { toCanonicalName } from "./model-name.ts";

export type OllamaCapability =
  | "completion"
  | "tools"
  | "insert"
  | "vision"
  | "embedding"
  | "thinking"
  | "image"
  | "audio";

/** A model to install; only the name is needed. */
export type SimulatedOllamaModel = {
  name: string;
  capabilities?: OllamaCapability[];
  family?: string;
  /** As Ollama writes it, `3.2B`. */
  parameterSize?: string;
  quantization?: string;
  sizeBytes?: number;
  contextLength?: number;
  embeddingLength?: number;
  /** 64 hexadecimal digits. */
  digest?: string;
  /** RFC 3339. */
  modifiedAt?: string;
  parentModel?: string;
  system?: string;
  template?: string;
  parameters?: JsonObject;
  license?: string;
  messages?: JsonObject[];
  remoteModel?: string;
  remoteHost?: string;
};

export type InstalledModel = Required<
  Omit<SimulatedOllamaModel, "remoteModel" | "remoteHost" | "license" | "system">
> &
  Pick<SimulatedOllamaModel, "remoteModel" | "remoteHost" | "license" | "system">;

/** Fills in what a plain model of this name would have. */
export function toInstalledModel(given: SimulatedOllamaModel | string): InstalledModel {
  const model = typeof given === "string" ? { name: given } : given;
  const name = toCanonicalName(model.name) ?? model.name;
  const capabilities = model.capabilities ?? ["completion"];
  const isEmbedding = capabilities.includes("embedding");
  return {
    family: isEmbedding ? "nomic-bert" : "llama",
    parameterSize: isEmbedding ? "137M" : "3.2B",
    quantization: isEmbedding ? "F16" : "Q4_K_M",
    sizeBytes: isEmbedding ? 274_302_450 : 2_019_393_189,
    contextLength: isEmbedding ? 2048 : 131_072,
    embeddingLength: isEmbedding ? 768 : 3072,
    digest: createHash("sha256").update(name.toLowerCase()).digest("hex"),
    modifiedAt: "2026-10-01T08:00:00.123456789Z",
    parentModel: "",
    template: toTemplate(capabilities),
    parameters: {},
    messages: [],
    ...model,
    name,
    capabilities,
  };
}

/** What is installed, found by name in any spelling the server accepts. */
export class OllamaModels {
  #models = new Map<string, InstalledModel>();

  constructor(models: Iterable<SimulatedOllamaModel | string>) {
    this.set(models);
  }

  set(models: Iterable<SimulatedOllamaModel | string>): void {
    this.#models = new Map();
    for (const model of models) this.add(model);
  }

  add(model: SimulatedOllamaModel | string): InstalledModel {
    const installed = toInstalledModel(model);
    this.#models.set(installed.name.toLowerCase(), installed);
    return installed;
  }

  find(name: string): InstalledModel | undefined {
    const canonical = toCanonicalName(name);
    return canonical === undefined ? undefined : this.#models.get(canonical.toLowerCase());
  }

  remove(name: string): boolean {
    return this.#models.delete((toCanonicalName(name) ?? name).toLowerCase());
  }

  /** Newest first, as the server lists them. */
  list(): InstalledModel[] {
    return [...this.#models.values()].toSorted(
      (left, right) => Date.parse(right.modifiedAt) - Date.parse(left.modifiedAt),
    );
  }
}

function toTemplate(capabilities: OllamaCapability[]): string {
  const tools = capabilities.includes("tools") ? "{{ if .Tools }}{{ .Tools }}{{ end }}" : "";
  const suffix = capabilities.includes("insert") ? "{{ .Suffix }}" : "";
  return `{{ .System }}${tools}{{ .Prompt }}${suffix}{{ .Response }}`;
}

import {
  limits,
  type JsonObject,
  type JsonValue,
  type OllamaModel,
  type OllamaModelInfo,
  type OllamaRunningModel,
} from "@corral/core";
import { asArray, asCount, asObject, asText } from "@corral/provider-kit";
import { factsOfShow, toIsoTime } from "../ollama-facts.ts";
import { readParameterText } from "./read-parameter-text.ts";

/** Further in the future than this is how the server writes "never". */
const foreverMs = 100 * 365 * 24 * 60 * 60_000;

/** The entries of `/api/tags` in their order; those without a name are left out. */
export function readModels(entries: readonly JsonValue[]): readonly OllamaModel[] {
  return readEntries(entries, (entry, name) => {
    const details = asObject(entry["details"]);
    return {
      ...identityOf(entry, name),
      sizeBytes: asCount(entry["size"]) ?? 0,
      modifiedAt: toIsoTime(entry["modified_at"]) ?? null,
      contextLength: asCount(details?.["context_length"]) ?? null,
      embeddingLength: asCount(details?.["embedding_length"]) ?? null,
      capabilities: Array.isArray(entry["capabilities"]) ? textsOf(entry["capabilities"]) : null,
      remote: remoteOf(entry),
    };
  });
}

/** The entries of `/api/ps` in their order. */
export function readRunningModels(
  entries: readonly JsonValue[],
  now: number = Date.now(),
): readonly OllamaRunningModel[] {
  return readEntries(entries, (entry, name) => {
    const sizeBytes = asCount(entry["size"]) ?? 0;
    const vramBytes = asCount(entry["size_vram"]) ?? 0;
    return {
      ...identityOf(entry, name),
      sizeBytes,
      vramBytes,
      vramShare: sizeBytes === 0 ? 0 : Math.min(1, vramBytes / sizeBytes),
      expiresAt: expiryOf(toIsoTime(entry["expires_at"]), now),
      contextLength: asCount(entry["context_length"]) ?? null,
    };
  });
}

/** The answer of `/api/show` for a model of this name. */
export function readModelInfo(answer: JsonObject, name: string): OllamaModelInfo {
  const info = asObject(answer["model_info"]) ?? {};
  const architecture = asText(info["general.architecture"]);
  const facts = factsOfShow(answer);
  return {
    ...identityOf(answer, name),
    modifiedAt: facts.modifiedAt ?? null,
    contextLength: facts.contextLength ?? null,
    embeddingLength: asCount(info[`${architecture}.embedding_length`]) ?? null,
    parameterCount: asCount(info["general.parameter_count"]) ?? null,
    capabilities: Array.isArray(answer["capabilities"])
      ? textsOf(answer["capabilities"])
      : (facts.capabilities ?? []),
    remote: remoteOf(answer),
    template: asText(answer["template"]) ?? "",
    system: asText(answer["system"]) ?? null,
    license: asText(answer["license"]) ?? null,
    modelfile: asText(answer["modelfile"]) ?? "",
    parameters: readParameterText(asText(answer["parameters"]) ?? ""),
    messages: asArray(answer["messages"])
      .map(asObject)
      .filter((message) => message !== undefined),
    renderer: asText(answer["renderer"]) ?? null,
    parser: asText(answer["parser"]) ?? null,
    requires: asText(answer["requires"]) ?? null,
    info,
    projectorInfo: asObject(answer["projector_info"]) ?? null,
  };
}

function readEntries<Model>(
  entries: readonly JsonValue[],
  read: (entry: JsonObject, name: string) => Model,
): readonly Model[] {
  return entries.slice(0, limits.upstreamModels).flatMap((value) => {
    const entry = asObject(value);
    const name = asText(entry?.["model"]) ?? asText(entry?.["name"]);
    return entry === undefined || name === undefined ? [] : [read(entry, name)];
  });
}

function identityOf(entry: JsonObject, name: string) {
  const details = asObject(entry["details"]);
  return {
    name,
    digest: asText(entry["digest"])?.replace(/^sha256:/u, "") ?? null,
    format: asText(details?.["format"]) ?? null,
    family: asText(details?.["family"]) ?? null,
    families: textsOf(details?.["families"]),
    parameterSize: asText(details?.["parameter_size"]) ?? null,
    quantization: asText(details?.["quantization_level"]) ?? null,
    parentModel: asText(details?.["parent_model"]) ?? null,
  };
}

function remoteOf(entry: JsonObject): OllamaModel["remote"] {
  const model = asText(entry["remote_model"]);
  return model === undefined ? null : { model, host: asText(entry["remote_host"]) ?? null };
}

function expiryOf(at: string | undefined, now: number): string | null {
  return at === undefined || Date.parse(at) - now > foreverMs ? null : at;
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return asArray(value).filter((item) => typeof item === "string");
}

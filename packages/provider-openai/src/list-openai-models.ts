import type { CallOptions, JsonObject, JsonValue, ProviderModel, ProviderModelList } from "@corral/core";
import {
  asArray,
  asObject,
  asText,
  invalidResponse,
  toModelList,
  toUpstreamError,
  type UpstreamEndpoint,
} from "@corral/provider-kit";
import { factsOfOpenAIModel } from "./openai-model-facts.ts";

/** More pages than any server has; a bound in case one answers the same page for ever. */
const maxPages = 20;

/** Lists models by `/models`, whatever the shape: `{data}`, a bare array, `{models}`, ids alone; in pages where there are some. */
export async function listOpenAIModels(
  endpoint: UpstreamEndpoint,
  { signal }: CallOptions,
): Promise<ProviderModelList> {
  const entries: JsonValue[] = [];
  let path = "/models";
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await endpoint.json({ path, pace: "list", signal });
    entries.push(...entriesOf(answer, endpoint.secrets));
    const last = asText(asObject(answer)?.["last_id"]);
    if (asObject(answer)?.["has_more"] !== true || last === undefined) break;
    path = `/models?after_id=${encodeURIComponent(last)}`;
  }
  return toModelList(entries, toProviderModel);
}

function entriesOf(answer: JsonValue, secrets: readonly string[]): readonly JsonValue[] {
  if (Array.isArray(answer)) return asArray(answer);
  const body = asObject(answer);
  if (body?.["error"] !== undefined && body["error"] !== null)
    throw toUpstreamError({ body: { json: body }, secrets });
  const list = body?.["data"] ?? body?.["models"];
  if (Array.isArray(list)) return asArray(list);
  // Ollama's façade says null for an empty list.
  if (list === null || (body !== undefined && "data" in body && body["data"] === null)) return [];
  throw invalidResponse("The answer is no list of models. Check the connection's URL.");
}

function toProviderModel(entry: JsonValue): ProviderModel | undefined {
  if (typeof entry === "string") return { id: entry, facts: {} };
  const model: JsonObject | undefined = asObject(entry);
  const id =
    asText(model?.["id"]) ?? asText(model?.["key"]) ?? asText(model?.["model"]) ?? asText(model?.["name"]);
  return model === undefined || id === undefined ? undefined : { id, facts: factsOfOpenAIModel(model) };
}

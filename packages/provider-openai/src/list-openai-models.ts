import {
  limits,
  type CallOptions,
  type JsonObject,
  type JsonValue,
  type ProviderModel,
  type ProviderModelList,
} from "@corral/core";
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
import type { ServerIdentity } from "./servers/server-identity.ts";

/** More pages than any server has; a bound in case one answers the same page for ever. */
const maxPages = 20;

/** Where the models of a server are listed. */
export type ModelListSource = {
  readonly endpoint: UpstreamEndpoint;
  /** The server's own API beside OpenAI's. */
  readonly root: UpstreamEndpoint;
  /** Learns from the list which server it is. */
  readonly identity: ServerIdentity;
};

/**
 * Lists models, whatever the shape: `{data}`, a bare array, `{models}`, ids alone; in pages where there are some. What
 * the server's own list says beside it is added; that list may be missing.
 */
export async function listOpenAIModels(
  { endpoint, root, identity }: ModelListSource,
  options: CallOptions,
): Promise<ProviderModelList> {
  const entries = await readAllPages(endpoint, identity.quirks.listPath, options);
  identity.learn(entries);
  const { details } = identity.quirks;
  const more = details === undefined ? undefined : await readDetails(root, details.path, options);
  return toModelList(entries, (entry) => toProviderModel(entry, more));
}

async function readAllPages(
  endpoint: UpstreamEndpoint,
  listPath: string,
  { signal }: CallOptions,
): Promise<readonly JsonValue[]> {
  const entries: JsonValue[] = [];
  let path = listPath;
  for (let page = 0; page < maxPages && entries.length < limits.upstreamModels; page += 1) {
    const answer = await endpoint.json({ path, pace: "list", signal });
    for (const entry of entriesOfModelList(answer, endpoint.secrets)) entries.push(entry);
    const last = asText(asObject(answer)?.["last_id"]);
    if (asObject(answer)?.["has_more"] !== true || last === undefined) break;
    path = `${listPath}${listPath.includes("?") ? "&" : "?"}after_id=${encodeURIComponent(last)}`;
  }
  return entries;
}

/** Entries by id. An old version, or a key that may not see it, is no reason to be without a list. */
async function readDetails(
  root: UpstreamEndpoint,
  path: string,
  { signal }: CallOptions,
): Promise<ReadonlyMap<string, JsonObject> | undefined> {
  try {
    const answer = await root.json({ path, pace: "list", signal });
    const entries = entriesOfModelList(answer, root.secrets).flatMap((entry) => {
      const model = asObject(entry);
      const id = idOf(model);
      return model === undefined || id === undefined ? [] : [[id, model] as const];
    });
    return new Map(entries);
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

/** The entries of a model list. @throws DomainError when the answer is an error, or no list */
export function entriesOfModelList(answer: JsonValue, secrets: readonly string[]): readonly JsonValue[] {
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

function toProviderModel(
  entry: JsonValue,
  details: ReadonlyMap<string, JsonObject> | undefined,
): ProviderModel | undefined {
  const model = typeof entry === "string" ? { id: entry } : asObject(entry);
  const id = idOf(model);
  if (model === undefined || id === undefined) return undefined;
  const detail = details?.get(id);
  const facts = factsOfOpenAIModel(model);
  return { id, facts: detail === undefined ? facts : { ...facts, ...factsOfOpenAIModel(detail) } };
}

function idOf(model: JsonObject | undefined): string | undefined {
  const names = ["id", "key", "model_name", "model", "name"];
  return names.map((name) => asText(model?.[name])).find((id) => id !== undefined);
}

import type { DiscoveredModel } from "../catalog/discovery-repository.ts";
import { modelIdProblem } from "../model/model-id.ts";
import type { ModelFacts } from "../model/base-model.ts";
import type { Provider, ProviderModel } from "../provider/provider.ts";
import type { Connection, ModelFilter } from "./connection.ts";

/** Descriptions asked for at the same time, per connection. */
const describeConcurrency = 4;

/** Facts that were asked for one by one, by upstream id and digest, so that an unchanged model is described once. */
export type DescribedFacts = Map<string, ModelFacts>;

/** What an endpoint offers, as the catalog takes it: filtered, described and with public ids. */
export async function discoverModels(
  target: {
    readonly connection: Connection;
    readonly provider: Provider;
    readonly described: DescribedFacts;
  },
  signal: AbortSignal,
): Promise<readonly DiscoveredModel[]> {
  const { connection, provider, described } = target;
  const listed =
    connection.models.mode === "static"
      ? staticModels(connection.models.ids)
      : (await provider.listModels({ signal })).models;
  const wanted = listed.filter((model) => isWanted(connection.models, model.id));
  const complete =
    provider.describeModel === undefined
      ? wanted
      : await describeAll({ provider, described, models: wanted }, signal);
  const { prefix } = connection;
  return complete
    .map((model) => ({ ...model, publicId: toPublicId(prefix, model.id), prefix }))
    .filter((model) => modelIdProblem(model.publicId) === undefined);
}

/** `prefix.id` with a prefix, else the id; NFC, as every public name. */
export function toPublicId(prefix: string | null, id: string): string {
  const name = id.normalize("NFC").trim();
  return prefix === null ? name : `${prefix}.${name}`;
}

function isWanted(filter: ModelFilter, id: string): boolean {
  if (filter.mode === "only") return filter.ids.includes(id);
  return filter.mode !== "except" || !filter.ids.includes(id);
}

function staticModels(ids: readonly string[]): readonly ProviderModel[] {
  return [...new Set(ids)].map((id) => ({ id, facts: {} }));
}

/** A model that cannot be described keeps the facts of the list: one broken model must not hide the others. */
async function describeAll(
  work: {
    readonly provider: Provider;
    readonly described: DescribedFacts;
    readonly models: readonly ProviderModel[];
  },
  signal: AbortSignal,
): Promise<readonly ProviderModel[]> {
  const { provider, described, models } = work;
  const queue = models.filter((model) => needsDescription(model) && !described.has(keyOf(model)));
  const worker = async () => {
    for (let model = queue.shift(); model !== undefined; model = queue.shift()) {
      const facts = await provider.describeModel?.(model.id, { signal }).catch(() => undefined);
      signal.throwIfAborted();
      if (facts !== undefined) described.set(keyOf(model), facts);
    }
  };
  await Promise.all(Array.from({ length: describeConcurrency }, worker));
  forgetOthers(described, models);
  return models.map((model) => ({ ...model, facts: { ...model.facts, ...described.get(keyOf(model)) } }));
}

function needsDescription(model: ProviderModel): boolean {
  return model.facts.capabilities === undefined || model.facts.contextLength === undefined;
}

function keyOf(model: ProviderModel): string {
  return `${model.id} ${model.facts.digest ?? ""}`;
}

function forgetOthers(described: DescribedFacts, models: readonly ProviderModel[]): void {
  const alive = new Set(models.map(keyOf));
  for (const key of described.keys()) if (!alive.has(key)) described.delete(key);
}

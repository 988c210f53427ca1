import {
  limits,
  modelIdProblem,
  type JsonValue,
  type ProviderModel,
  type ProviderModelList,
} from "@corral/core";

/**
 * Reads the entries of a model list, keeping the first of each id.
 *
 * @param read The model that an entry stands for, or `undefined` when it is unusable.
 * @returns At most 5,000 models; `dropped` counts the rest.
 */
export function toModelList(
  entries: readonly JsonValue[],
  read: (entry: JsonValue) => ProviderModel | undefined,
): ProviderModelList {
  const models = new Map<string, ProviderModel>();
  for (const entry of entries) {
    if (models.size >= limits.upstreamModels) break;
    const model = read(entry);
    if (model !== undefined && !models.has(model.id) && modelIdProblem(model.id) === undefined) {
      models.set(model.id, model);
    }
  }
  return { models: [...models.values()], dropped: entries.length - models.size };
}

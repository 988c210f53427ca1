import {
  DomainError,
  isDomainError,
  type CallOptions,
  type JsonValue,
  type ProviderModel,
  type ProviderModelList,
} from "@corral/core";
import { asArray, asObject, asText, toModelList, type UpstreamEndpoint } from "@corral/provider-kit";
import type { AzureDeployment } from "./azure-settings.ts";
import type { AzureManager } from "./discover-azure-deployments.ts";
import { isDeploymentName } from "./azure-address.ts";

/** Where deployments are known from. */
export type DeploymentSources = {
  readonly endpoint: UpstreamEndpoint;
  /** By hand. */
  readonly known: readonly AzureDeployment[];
  readonly manager: AzureManager | undefined;
};

/**
 * The deployments of a resource: those given by hand and those that the manager lists. With neither, the resource is
 * asked in a way that Azure no longer documents.
 */
export async function listAzureDeployments(
  { endpoint, known, manager }: DeploymentSources,
  options: CallOptions,
): Promise<ProviderModelList> {
  const found =
    manager !== undefined
      ? await manager.listDeployments(options)
      : known.length === 0
        ? await askResource(endpoint, options)
        : { models: [], dropped: 0 };
  const byName = new Map(found.models.map((model) => [model.id, model]));
  for (const { name, model } of known) {
    const facts = byName.get(name)?.facts ?? {};
    byName.set(name, { id: name, facts: model === undefined ? facts : { ...facts, family: model } });
  }
  const models = [...byName.values()].filter(({ id }) => isDeploymentName(id));
  return { models, dropped: found.dropped + byName.size - models.length };
}

/** Undocumented since 2023, and still answered by many resources. */
const probe = "/deployments?api-version=2023-03-15-preview";

async function askResource(endpoint: UpstreamEndpoint, { signal }: CallOptions): Promise<ProviderModelList> {
  try {
    const answer = asObject(await endpoint.json({ path: probe, pace: "list", signal }));
    const ready = asArray(answer?.["data"]).filter(
      (entry) => asText(asObject(entry)?.["status"]) === "succeeded",
    );
    return toModelList(ready, toModel);
  } catch (error) {
    if (!isDomainError(error) || (error.code !== "upstream_not_found" && error.code !== "upstream_rejected"))
      throw error;
    throw new DomainError(
      "upstream_not_found",
      "This Azure resource does not list its deployments: name them by hand, or have them discovered by Azure Resource Manager.",
      { details: error.details ?? {}, cause: error },
    );
  }
}

function toModel(entry: JsonValue): ProviderModel | undefined {
  const deployment = asObject(entry);
  const id = asText(deployment?.["id"]);
  const model = asText(deployment?.["model"]);
  return id === undefined ? undefined : { id, facts: model === undefined ? {} : { family: model } };
}

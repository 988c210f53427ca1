import { DomainError } from "@corral/core";
import { UpstreamEndpoint } from "@corral/provider-kit";
import { isDeploymentName, toAzureAddress, toAzurePath, type AzureAddress } from "./azure-address.ts";
import { limitToApiVersion } from "./azure-api-versions.ts";
import { createBaseModels } from "./azure-base-models.ts";
import type { AzureDeployment, AzureOpenAIProviderSettings } from "./azure-settings.ts";
import { findMissingDeployments } from "./find-missing-deployments.ts";
import { createAzureManager } from "./discover-azure-deployments.ts";
import { listAzureDeployments } from "./list-azure-deployments.ts";
import { entriesOfModelList } from "./list-openai-models.ts";
import { createOpenAIDialect, type OpenAIDialect } from "./openai-dialect.ts";
import { quirksOf } from "./servers/server-quirks.ts";
import { openaiDefaults } from "./openai-settings.ts";

/**
 * A resource of Azure OpenAI, or a project of Foundry, behind the provider port: models are its deployments.
 *
 * @throws DomainError `invalid_input` for an address, name or api-version that Azure cannot have, and for a key or
 *   header that cannot be sent; `outbound_denied` for an address that must not be called.
 */
export function createAzureOpenAIProvider(settings: AzureOpenAIProviderSettings): OpenAIDialect {
  const { apiVersion, deployments, discovery, thinkTags, ...rest } = settings;
  const address = toAzureAddress(settings.baseUrl, apiVersion);
  const known = toKnownDeployments(address, deployments);
  const manager = discovery === undefined ? undefined : createAzureManager(discovery, settings);
  const endpoint = new UpstreamEndpoint({ ...rest, baseUrl: address.root, defaults: openaiDefaults });
  const baseModels = createBaseModels(known);

  const provider = createOpenAIDialect({
    kind: "azure-openai",
    endpoint,
    quirks: () => quirksOf("azure"),
    thinkTags,
    baseModelOf: ({ model, facts }) => baseModels.find(model, facts) ?? model,
    learnModel: (request, model) => baseModels.learn(request.model, model),
    revise: (chat) => (address.surface === "v1" ? chat : limitToApiVersion(chat, address.apiVersion)),
    pathOf: (route, deployment) => toAzurePath(address, route, deployment),
    listModels: (options) => listAzureDeployments({ endpoint, known, manager }, options),
    // It lists what the resource could deploy, not what it has deployed; but it costs nothing and needs the credential.
    probe: async ({ signal }) => {
      const answer = await endpoint.json({ path: toAzurePath(address, "/models"), pace: "list", signal });
      return entriesOfModelList(answer, endpoint.secrets);
    },
  });
  return {
    ...provider,
    findMissing: (options) => findMissingDeployments({ endpoint, address }, known, options),
    async close() {
      const isShared = discovery?.transport !== undefined && discovery.transport === rest.transport;
      await Promise.all([provider.close(), isShared ? undefined : manager?.close()]);
    },
  };
}

/** The address of a deployment names one, too. */
function toKnownDeployments(
  { deployment }: AzureAddress,
  given: readonly AzureDeployment[] | undefined,
): readonly AzureDeployment[] {
  const known = given ?? (deployment === undefined ? [] : [{ name: deployment }]);
  const wrong = known.find(({ name }) => !isDeploymentName(name));
  if (wrong === undefined) return known;
  throw new DomainError(
    "invalid_input",
    `No deployment of Azure is called ${JSON.stringify(wrong.name.slice(0, 64))}.`,
  );
}

import type { Answer } from "../server/answer.ts";
import { headerOf, type SimulatedRequest } from "../server/simulated-request.ts";
import { azureError, type AzureState, notFound, type SimulatedAzureDeployment } from "./azure-state.ts";
import { openAIJson } from "./openai-state.ts";

/** Azure Resource Manager's list of deployments, in pages. */
export function listManagedDeployments(state: AzureState, request: SimulatedRequest): Answer {
  const { subscriptionId, resourceGroup, account } = state.resource;
  const path = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.CognitiveServices/accounts/${account}/deployments`;
  const token = /^Bearer (.+)$/.exec(headerOf(request, "authorization") ?? "")?.[1] ?? "";
  if (state.checkToken?.(token, `${state.origin()}/.default`) === false) {
    throw azureError(401, { code: "InvalidAuthenticationToken", message: "The access token is invalid." });
  }
  if (request.path !== path || request.method !== "GET") {
    const message = "The Resource under resource group was not found.";
    throw azureError(404, { code: "ResourceNotFound", message });
  }
  const query = new URL(request.url, state.origin()).searchParams;
  const version = query.get("api-version");
  if (version === null || version < "2023-05-01") throw notFound();
  const from = Number(query.get("$skiptoken") ?? 0);
  const page = state.deployments.slice(from, from + state.pageSize);
  const hasMore = from + page.length < state.deployments.length;
  return openAIJson({
    value: page.map((deployment) => toItem(path, deployment)),
    ...(hasMore && {
      nextLink: `${state.origin()}${path}?api-version=${version}&$skiptoken=${from + page.length}`,
    }),
  });
}

function toItem(path: string, deployment: SimulatedAzureDeployment) {
  const kinds = deployment.kinds ?? ["chat"];
  return {
    id: `${path}/${deployment.name}`,
    name: deployment.name,
    type: "Microsoft.CognitiveServices/accounts/deployments",
    sku: { name: "Standard", capacity: 30 },
    properties: {
      model: {
        format: deployment.format ?? "OpenAI",
        name: deployment.model,
        version: deployment.version ?? "2024-11-20",
      },
      versionUpgradeOption: "OnceNewDefaultVersionAvailable",
      capabilities: kinds.includes("embedding")
        ? { embeddings: "true", embeddingsMaxInputs: "1" }
        : {
            chatCompletion: "true",
            maxContextToken: "128000",
            maxOutputToken: "16384",
            jsonSchemaResponse: "true",
          },
      provisioningState: deployment.provisioningState ?? "Succeeded",
      rateLimits: [{ key: "request", renewalPeriod: 10, count: 30 }],
    },
    systemData: { createdAt: "2026-06-01T10:00:00Z", lastModifiedAt: "2026-06-02T10:00:00.1234567Z" },
  };
}

import { describeProviderContract, type ProviderContractSetup } from "@corral/core/contracts";
import { fetchTransport } from "@corral/provider-kit";
import { serveOnSockets } from "@corral/provider-kit/testing";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { azureScenarios } from "./__fixtures__/azure-scenarios.ts";
import { createAzureOpenAIProvider } from "./azure-openai-provider.ts";
import type { AzureOpenAIProviderSettings } from "./azure-settings.ts";

function createWith(settings: Partial<AzureOpenAIProviderSettings>) {
  return ({ key, ...setup }: ProviderContractSetup) =>
    createAzureOpenAIProvider({
      ...setup,
      auth: { type: "api-key", key },
      discovery: {
        subscriptionId: "00000000-1111-2222-3333-444444444444",
        resourceGroup: "models",
        account: "contract",
        managementUrl: setup.baseUrl,
        transport: setup.transport,
        getToken: async () => key,
      },
      ...settings,
    });
}

const shared = {
  scenarios: azureScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings", "completions"],
} as const;

describeProviderContract("Azure's classic surface", {
  ...shared,
  create: createWith({ apiVersion: "2024-10-21" }),
});

describeProviderContract("Azure's v1 surface", { ...shared, create: createWith({}) });

describeProviderContract("Azure's classic surface over undici", {
  ...shared,
  create: createWith({ apiVersion: "2024-10-21" }),
  serve: serveOnSockets((url) => createUndiciTransport({ url })),
});

describeProviderContract("Azure's v1 surface over fetch", {
  ...shared,
  create: createWith({}),
  serve: serveOnSockets(() => fetchTransport),
});

import type { ProviderContractSetup } from "@corral/core/contracts";
import { createAzureOpenAIProvider } from "../azure-openai-provider.ts";
import type { AzureOpenAIProviderSettings } from "../azure-settings.ts";
import { azureScenarios } from "./azure-scenarios.ts";

/** Azure OpenAI for the contract and the fuzzer, on the surface that `settings` choose. */
export function azureContract(settings: Partial<AzureOpenAIProviderSettings>) {
  return {
    scenarios: azureScenarios,
    capabilities: ["tools", "reasoning", "json-schema", "embeddings", "completions"],
    create: ({ key, ...setup }: ProviderContractSetup) =>
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
      }),
  } as const;
}

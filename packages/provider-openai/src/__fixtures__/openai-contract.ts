import type { ProviderContractOptions } from "@corral/core/contracts";
import { createOpenAIProvider } from "../openai-provider.ts";
import { compatibleScenarios } from "./compatible-scenarios.ts";
import { llamaCppScenarios } from "./llama-cpp-scenarios.ts";
import { openaiScenarios } from "./openai-scenarios.ts";

const capabilities = ["tools", "reasoning", "json-schema", "embeddings", "completions"] as const;

/** What the contract needs to know of this provider at a server that it knows nothing of, wherever its script runs. */
export const compatibleContract: ProviderContractOptions = {
  create: ({ key, ...setup }) => createOpenAIProvider({ ...setup, auth: { type: "bearer", key } }),
  scenarios: { ...openaiScenarios, more: [...compatibleScenarios, ...llamaCppScenarios] },
  capabilities,
};

/** And at OpenAI. */
export const openaiContract: ProviderContractOptions = {
  create: ({ key, ...setup }) =>
    createOpenAIProvider({ ...setup, auth: { type: "bearer", key }, server: "openai" }),
  scenarios: openaiScenarios,
  capabilities,
};

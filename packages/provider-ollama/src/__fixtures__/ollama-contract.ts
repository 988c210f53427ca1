import type { ProviderContractOptions } from "@corral/core/contracts";
import { createOllamaProvider } from "../ollama-provider.ts";
import { ollamaScenarios } from "./ollama-scenarios.ts";
import { ollamaVersionScenarios } from "./ollama-version-scenarios.ts";

/** What the contract needs to know of this provider, wherever its script runs. */
export const ollamaContract: ProviderContractOptions = {
  create: ({ key, ...setup }) => createOllamaProvider({ ...setup, auth: { type: "bearer", key } }),
  scenarios: { ...ollamaScenarios, more: ollamaVersionScenarios },
  capabilities: ["tools", "reasoning", "json-schema", "embeddings", "completions"],
};

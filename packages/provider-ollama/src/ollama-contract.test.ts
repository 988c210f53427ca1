import { describeProviderContract, type ProviderContractSetup } from "@corral/core/contracts";
import { ollamaScenarios } from "./__fixtures__/ollama-scenarios.ts";
import { createOllamaProvider } from "./ollama-provider.ts";

const create = ({ key, ...setup }: ProviderContractSetup) =>
  createOllamaProvider({ ...setup, auth: { type: "bearer", key } });

describeProviderContract("Ollama", {
  create,
  scenarios: ollamaScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
});

import { describeProviderFuzz } from "@corral/core/contracts";
import { ollamaScenarios } from "./__fixtures__/ollama-scenarios.ts";
import { createOllamaProvider } from "./ollama-provider.ts";

describeProviderFuzz("Ollama", {
  create: createOllamaProvider,
  scenarios: ollamaScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
  cases: 4_000,
});

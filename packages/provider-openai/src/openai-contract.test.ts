import { describeProviderContract } from "@corral/core/contracts";
import { openaiScenarios } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";

describeProviderContract("A compatible server", {
  create: createOpenAIProvider,
  scenarios: openaiScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
});

describeProviderContract("OpenAI", {
  create: (setup) => createOpenAIProvider({ ...setup, profile: "openai" }),
  scenarios: openaiScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
});

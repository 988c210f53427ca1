import { describeProviderFuzz } from "@corral/core/contracts";
import { openaiScenarios } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";

describeProviderFuzz("OpenAI", {
  create: createOpenAIProvider,
  scenarios: openaiScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
  cases: 4_000,
});

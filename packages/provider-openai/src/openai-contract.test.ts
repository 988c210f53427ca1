import { describeProviderContract, type ProviderContractSetup } from "@corral/core/contracts";
import { openaiScenarios } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";

const create = ({ key, ...setup }: ProviderContractSetup) =>
  createOpenAIProvider({ ...setup, auth: { type: "bearer", key } });

describeProviderContract("A compatible server", {
  create,
  scenarios: openaiScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
});

describeProviderContract("OpenAI", {
  create: ({ key, ...setup }) =>
    createOpenAIProvider({ ...setup, auth: { type: "bearer", key }, server: "openai" }),
  scenarios: openaiScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
});

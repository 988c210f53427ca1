import { describeProviderContract, type ProviderContractSetup } from "@corral/core/contracts";
import { fetchTransport } from "@corral/provider-kit";
import { serveOnSockets } from "@corral/provider-kit/testing";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { openaiScenarios } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";

const create = ({ key, ...setup }: ProviderContractSetup) =>
  createOpenAIProvider({ ...setup, auth: { type: "bearer", key } });

describeProviderContract("A compatible server over undici", {
  create,
  scenarios: openaiScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
  serve: serveOnSockets((url) => createUndiciTransport({ url })),
});

describeProviderContract("A compatible server over fetch", {
  create,
  scenarios: openaiScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
  serve: serveOnSockets(() => fetchTransport),
});

import { describeProviderContract } from "@corral/core/contracts";
import { fetchTransport } from "@corral/provider-kit";
import { serveOnSockets } from "@corral/provider-kit/testing";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { openaiScenarios } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";

describeProviderContract("A compatible server over undici", {
  create: createOpenAIProvider,
  scenarios: openaiScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
  serve: serveOnSockets((url) => createUndiciTransport({ url })),
});

describeProviderContract("A compatible server over fetch", {
  create: createOpenAIProvider,
  scenarios: openaiScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
  serve: serveOnSockets(() => fetchTransport),
});

import { describeProviderContract, type ProviderContractSetup } from "@corral/core/contracts";
import { fetchTransport } from "@corral/provider-kit";
import { serveOnSockets } from "@corral/provider-kit/testing";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { ollamaScenarios } from "./__fixtures__/ollama-scenarios.ts";
import { createOllamaProvider } from "./ollama-provider.ts";

const create = ({ key, ...setup }: ProviderContractSetup) =>
  createOllamaProvider({ ...setup, auth: { type: "bearer", key } });

describeProviderContract("Ollama over undici", {
  create,
  scenarios: ollamaScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
  serve: serveOnSockets((url) => createUndiciTransport({ url })),
});

describeProviderContract("Ollama over fetch", {
  create,
  scenarios: ollamaScenarios,
  capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
  serve: serveOnSockets(() => fetchTransport),
});

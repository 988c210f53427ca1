import { describeProviderContract } from "@corral/core/contracts";
import { fetchTransport } from "@corral/provider-kit";
import { serveOnSockets } from "@corral/provider-kit/testing";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { ollamaContract } from "./__fixtures__/ollama-contract.ts";

describeProviderContract("Ollama over undici", {
  ...ollamaContract,
  serve: serveOnSockets((url) => createUndiciTransport({ url })),
});

describeProviderContract("Ollama over fetch", {
  ...ollamaContract,
  serve: serveOnSockets(() => fetchTransport),
});

import { DomainError, type ProviderFactory, type ProviderTarget } from "@corral/core";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { createOllamaProvider } from "@corral/provider-ollama";
import { createOpenAIProvider } from "@corral/provider-openai";

/** Adapters on undici, with a pool for each connection: a broken endpoint cannot use up another one's sockets. */
export const createProvider: ProviderFactory = (target) => {
  if (target.provider === "azure-openai")
    throw new DomainError("not_implemented", "Azure OpenAI cannot be called yet.");
  const settings = {
    baseUrl: target.url,
    timeouts: target.timeouts,
    transport: createUndiciTransport(transportOptions(target)),
    headers: target.secrets.headers,
    ...(target.authType === "bearer" &&
      target.secrets.key !== null && { auth: { type: "bearer" as const, key: target.secrets.key } }),
  };
  return target.provider === "ollama" ? createOllamaProvider(settings) : createOpenAIProvider(settings);
};

function transportOptions({ url, concurrency, timeouts }: ProviderTarget) {
  return {
    url,
    ...(concurrency !== null && { connections: concurrency }),
    ...(timeouts.connectMs !== undefined && { connectMs: timeouts.connectMs }),
  };
}

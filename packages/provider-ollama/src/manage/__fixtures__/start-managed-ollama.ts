import type { OllamaManagement } from "@corral/core";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import {
  startSimulatedOllama,
  type SimulatedOllama,
  type SimulatedOllamaOptions,
} from "@corral/simulated-providers";
import { createOllamaProvider, type OllamaProvider } from "../../ollama-provider.ts";
import type { OllamaProviderSettings } from "../../ollama-settings.ts";

export type ManagedOllama = AsyncDisposable & {
  readonly server: SimulatedOllama;
  readonly provider: OllamaProvider;
  readonly ollama: OllamaManagement;
};

/** A simulated Ollama on a real socket, and a provider on it over undici. */
export async function startManagedOllama(
  options: SimulatedOllamaOptions = {},
  settings: Partial<OllamaProviderSettings> = {},
): Promise<ManagedOllama> {
  const server = await startSimulatedOllama(options);
  const provider = createOllamaProvider({
    baseUrl: server.url,
    transport: createUndiciTransport({ url: server.url }),
    ...settings,
  });
  return {
    server,
    provider,
    ollama: provider.ollama,
    async [Symbol.asyncDispose]() {
      await server.stop();
      // A test may have closed it already.
      await provider.close().catch(() => undefined);
    },
  };
}

import {
  azurePublicCloud,
  type ArmDiscovery,
  type AzureSettings,
  type ConnectionSecrets,
  type ProviderFactory,
  type ProviderParams,
  type ProviderTarget,
} from "@corral/core";
import type { GetToken, ProviderAuth } from "@corral/provider-kit";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { createOllamaProvider, ollamaParamTable } from "@corral/provider-ollama";
import { createAzureOpenAIProvider, createOpenAIProvider, openaiParamTable } from "@corral/provider-openai";
import type { EntraTokens } from "./entra/create-entra-tokens.ts";

/** Where models may come from beside Ollama's own registry. */
const weightRegistries = ["hf.co", "huggingface.co"];

/** Adapters on undici, with a pool for each connection: a broken endpoint cannot use up another one's sockets. */
export function createProviderFactory(tokens: EntraTokens): ProviderFactory {
  return (target) => {
    const settings = {
      baseUrl: target.url,
      auth: toAuth(target, tokens),
      headers: target.secrets.headers,
      timeouts: target.timeouts,
      ...(target.concurrency !== null && { concurrency: target.concurrency }),
      transport: createUndiciTransport(transportOptions(target)),
    };
    switch (target.provider) {
      case "ollama":
        return createOllamaProvider({ ...settings, transfers: { registryHosts: weightRegistries } });
      case "openai":
        return createOpenAIProvider(settings);
      case "azure-openai":
        return createAzureOpenAIProvider({
          ...settings,
          ...toAzureSettings(target.azure, { tokens, secrets: target.secrets }),
        });
    }
  };
}

function toAuth(target: ProviderTarget, tokens: EntraTokens): ProviderAuth {
  const { key, clientSecret } = target.secrets;
  switch (target.authType) {
    case "none":
    case "headers":
      return { type: "none" };
    case "bearer":
    case "api-key":
      return key === null ? { type: "none" } : { type: target.authType, key };
    case "entra": {
      const { credential, scope } = target.azure.entra;
      const getToken = tokens.getTokenOf(credential, clientSecret);
      return { type: "entra", getToken, ...(scope !== null && { scope }) };
    }
  }
}

function toAzureSettings(
  { apiVersion, deployments, entra }: AzureSettings,
  { tokens, secrets }: { readonly tokens: EntraTokens; readonly secrets: ConnectionSecrets },
) {
  const discovery = entra?.discovery;
  return {
    ...(apiVersion !== null && { apiVersion }),
    ...(deployments.length > 0 && {
      deployments: deployments.map(({ name, model }) => ({ name, ...(model !== null && { model }) })),
    }),
    ...(entra &&
      discovery && {
        discovery: toDiscovery(discovery, tokens.getTokenOf(entra.credential, secrets.clientSecret)),
      }),
  };
}

function toDiscovery(
  { subscriptionId, resourceGroup, account, managementUrl: chosen }: ArmDiscovery,
  getToken: GetToken,
) {
  const managementUrl = chosen ?? azurePublicCloud.managementUrl;
  const transport = createUndiciTransport({ url: managementUrl });
  return { subscriptionId, resourceGroup, account, managementUrl, getToken, transport };
}

const spareSockets = 8;

function transportOptions({ url, concurrency, timeouts }: ProviderTarget) {
  return {
    url,
    // The provider counts calls; lists and checks need sockets beside them.
    ...(concurrency !== null && { connections: concurrency + spareSockets }),
    ...(timeouts.connectMs !== undefined && { connectMs: timeouts.connectMs }),
  };
}

/** What becomes of each parameter, by kind of provider. */
export const providerParams: ProviderParams = {
  ollama: ollamaParamTable,
  openai: openaiParamTable,
  "azure-openai": openaiParamTable,
};

import {
  azurePublicCloud,
  type ArmDiscovery,
  type AzureSettings,
  type ProviderFactory,
  type ProviderParams,
  type ProviderTarget,
} from "@corral/core";
import type { GetToken, ProviderAuth } from "@corral/provider-kit";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { createOllamaProvider, ollamaParamTable } from "@corral/provider-ollama";
import { createAzureOpenAIProvider, createOpenAIProvider, openaiParamTable } from "@corral/provider-openai";
import type { EntraTokens } from "./entra/create-entra-tokens.ts";
import { toEndpointHeaders, toProxy, toTransportOptions, type ProxyOptions } from "./to-transport-options.ts";

/** Where models may come from beside Ollama's own registry. */
const weightRegistries = ["hf.co", "huggingface.co"];

/** Adapters on undici, with a pool for each connection: a broken endpoint cannot use up another one's sockets. */
export function createProviderFactory(tokens: EntraTokens): ProviderFactory {
  return (target) => {
    const { server, thinkTags } = target.adapter;
    const compat = { ...(server !== undefined && { server }), ...(thinkTags !== undefined && { thinkTags }) };
    const settings = {
      baseUrl: target.url,
      auth: toAuth(target, tokens),
      headers: toEndpointHeaders(target.secrets),
      timeouts: target.timeouts,
      ...(target.concurrency !== null && { concurrency: target.concurrency }),
      transport: createUndiciTransport(toTransportOptions(target)),
    };
    switch (target.provider) {
      case "ollama":
        return createOllamaProvider({ ...settings, transfers: { registryHosts: weightRegistries } });
      case "openai":
        return createOpenAIProvider({ ...settings, ...compat });
      case "azure-openai":
        return createAzureOpenAIProvider({
          ...settings,
          ...(thinkTags !== undefined && { thinkTags }),
          ...toAzureSettings(target, tokens),
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

function toAzureSettings(target: ProviderTarget & { readonly azure: AzureSettings }, tokens: EntraTokens) {
  const { apiVersion, deployments, entra } = target.azure;
  const discovery = entra?.discovery;
  return {
    ...(apiVersion !== null && { apiVersion }),
    ...(deployments.length > 0 && {
      deployments: deployments.map(({ name, model }) => ({ name, ...(model !== null && { model }) })),
    }),
    ...(entra &&
      discovery && {
        discovery: toDiscovery(discovery, {
          getToken: tokens.getTokenOf(entra.credential, target.secrets.clientSecret),
          way: toProxy(target),
        }),
      }),
  };
}

function toDiscovery(
  { subscriptionId, resourceGroup, account, managementUrl: chosen }: ArmDiscovery,
  { getToken, way }: { readonly getToken: GetToken; readonly way: ProxyOptions },
) {
  const managementUrl = chosen ?? azurePublicCloud.managementUrl;
  const transport = createUndiciTransport({ url: managementUrl, ...way });
  return { subscriptionId, resourceGroup, account, managementUrl, getToken, transport };
}

/** What becomes of each parameter, by kind of provider. */
export const providerParams: ProviderParams = {
  ollama: ollamaParamTable,
  openai: openaiParamTable,
  "azure-openai": openaiParamTable,
};

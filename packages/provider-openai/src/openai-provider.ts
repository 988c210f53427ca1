import type { CallOptions, Provider } from "@corral/core";
import { UpstreamEndpoint } from "@corral/provider-kit";
import { listOpenAIModels } from "./list-openai-models.ts";
import { profileOf, toOpenAIBaseUrl } from "./openai-base-url.ts";
import { createOpenAIDialect } from "./openai-dialect.ts";
import { openaiDefaults, type OpenAIProviderSettings } from "./openai-settings.ts";

/**
 * OpenAI or a server that speaks its protocol, behind the provider port.
 *
 * @throws DomainError `outbound_denied` for an address that must not be called, `invalid_input` for a key or header that cannot be sent.
 */
export function createOpenAIProvider(settings: OpenAIProviderSettings): Provider {
  const { profile, ...rest } = settings;
  const baseUrl = toOpenAIBaseUrl(settings.baseUrl);
  const endpoint = new UpstreamEndpoint({ ...rest, baseUrl, defaults: openaiDefaults });
  const listModels = (options: CallOptions) => listOpenAIModels(endpoint, options);
  return createOpenAIDialect({
    kind: "openai",
    endpoint,
    profile: profile ?? profileOf(baseUrl),
    pathOf: (route) => route,
    listModels,
    probe: listModels,
  });
}

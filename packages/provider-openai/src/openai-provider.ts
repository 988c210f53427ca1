import type { CallOptions } from "@corral/core";
import { UpstreamEndpoint, type UpstreamEndpointOptions } from "@corral/provider-kit";
import { listOpenAIModels } from "./list-openai-models.ts";
import { createModelRouter, type ModelRouter } from "./model-router.ts";
import { toOpenAIBaseUrl, toServerRoot } from "./openai-base-url.ts";
import { createOpenAIDialect, type OpenAIDialect } from "./openai-dialect.ts";
import { openaiDefaults, type OpenAIProviderSettings } from "./openai-settings.ts";
import type { Quirks, ServerKind } from "./servers/quirks.ts";
import { ServerIdentity } from "./servers/server-identity.ts";

/** What an OpenAI provider can do beyond the port. */
export type OpenAIProvider = OpenAIDialect & {
  /** Which server it is taken for by now: by the settings, the host, or what the last model list gave away. */
  readonly server: ServerKind;
  /** There while the server is known to load and unload models on demand. */
  readonly router: ModelRouter | undefined;
};

/**
 * OpenAI or a server that speaks its protocol, behind the provider port.
 *
 * @throws DomainError `outbound_denied` for an address that must not be called, `invalid_input` for a key or header that cannot be sent.
 */
export function createOpenAIProvider(settings: OpenAIProviderSettings): OpenAIProvider {
  const { server, thinkTags, ...rest } = settings;
  const baseUrl = toOpenAIBaseUrl(settings.baseUrl);
  const options = { ...rest, baseUrl, defaults: openaiDefaults };
  const endpoint = new UpstreamEndpoint(options);
  // The same transport by other addresses; closed with the endpoint.
  const root = new UpstreamEndpoint({ ...options, baseUrl: toServerRoot(baseUrl) });
  const identity = new ServerIdentity(baseUrl, server);
  const source = { endpoint: toListEndpoint(endpoint, options, identity.quirks), root, identity };
  const listModels = (call: CallOptions) => listOpenAIModels(source, call);
  const router = createModelRouter(root);
  const dialect = createOpenAIDialect({
    kind: "openai",
    endpoint,
    quirks: () => identity.quirks,
    thinkTags,
    pathOf: (route) => route,
    listModels,
    probe: listModels,
  });
  return {
    ...dialect,
    get server() {
      return identity.kind;
    },
    get router() {
      return identity.quirks.hasRouter ? router : undefined;
    },
  };
}

/** Anthropic wants the key in a header of its own for the list, as a bearer token for the rest. */
function toListEndpoint(
  endpoint: UpstreamEndpoint,
  options: UpstreamEndpointOptions,
  { listAuth }: Quirks,
): UpstreamEndpoint {
  const { auth, headers, ...rest } = options;
  if (listAuth === undefined || auth?.type !== "bearer") return endpoint;
  return new UpstreamEndpoint({
    ...rest,
    headers: { ...listAuth.headers, [listAuth.keyHeader]: auth.key, ...headers },
  });
}

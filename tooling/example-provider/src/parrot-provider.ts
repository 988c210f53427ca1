import { DomainError, type CallOptions, type JsonObject, type Provider } from "@corral/core";
import {
  asArray,
  asObject,
  asText,
  assertOutboundUrl,
  collectCompletion,
  convertStream,
  createNdjsonParser,
  invalidResponse,
  startStream,
  toModelList,
  UpstreamEndpoint,
} from "@corral/provider-kit";
import type { ParrotProviderSettings } from "./parrot-settings.ts";
import { ParrotStreamConverter } from "./parrot-stream-converter.ts";
import { toParrotSay } from "./to-parrot-say.ts";

const defaults = { firstByteMs: 120_000, idleMs: 60_000, totalMs: 600_000, listMs: 5_000 };

/**
 * A Parrot server behind the provider port.
 *
 * @throws DomainError `outbound_denied` for an address that must not be called, `invalid_input` for a key or header that cannot be sent.
 */
export function createParrotProvider(settings: ParrotProviderSettings): Provider {
  const { baseUrl, ...rest } = settings;
  const origin = assertOutboundUrl(baseUrl).href.replace(/\/+$/u, "");
  const endpoint = new UpstreamEndpoint({ ...rest, baseUrl: origin, defaults });

  return {
    // The kind of connection that it serves.
    kind: "openai",
    async listModels({ signal }) {
      const answer = asObject(await endpoint.json({ path: "/voices", pace: "list", signal }));
      if (answer === undefined || !("voices" in answer)) throw invalidResponse("The answer is not Parrot's.");
      return toModelList(asArray(answer["voices"]), (voice) => {
        const id = asText(asObject(voice)?.["name"]);
        return id === undefined ? undefined : { id, facts: {} };
      });
    },
    async chat(request, options) {
      const { body, notes } = toParrotSay(request);
      return { notes, completion: await collectCompletion(await say(endpoint, body, options)) };
    },
    async streamChat(request, options) {
      const { body, notes } = toParrotSay(request);
      return { notes, batches: await say(endpoint, body, options) };
    },
    async embed() {
      throw new DomainError("unsupported_feature", "Parrot embeds nothing.");
    },
    async checkHealth({ signal }) {
      const start = performance.now();
      const answer = asObject(await endpoint.json({ path: "/health", pace: "list", signal }));
      const version = asText(answer?.["parrot"]);
      if (version === undefined) throw invalidResponse("The answer is not Parrot's.");
      return { version, latencyMs: performance.now() - start };
    },
    previewChat: (request) => ({ method: "POST", url: `${endpoint.baseUrl}/say`, ...toParrotSay(request) }),
    circuits: () => endpoint.circuits(),
    close: () => endpoint.close(),
  };
}

function say(endpoint: UpstreamEndpoint, body: JsonObject, { signal }: CallOptions) {
  return endpoint.begin({ path: "/say", body, pace: "call", signal }, (answer) =>
    startStream(convertStream(answer, createNdjsonParser(), new ParrotStreamConverter(endpoint.secrets))),
  );
}

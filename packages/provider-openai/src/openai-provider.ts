import type { CallOptions, JsonObject, Provider } from "@corral/core";
import { collectCompletion, convertStream, startStream, UpstreamEndpoint } from "@corral/provider-kit";
import { embedWithOpenAI } from "./embed-with-openai.ts";
import { listOpenAIModels } from "./list-openai-models.ts";
import { profileOf, toOpenAIBaseUrl } from "./openai-base-url.ts";
import { createOpenAIFrameParser } from "./openai-frame-parser.ts";
import type { OpenAIProviderSettings } from "./openai-settings.ts";
import { OpenAIStreamConverter } from "./openai-stream-converter.ts";
import { toOpenAIChat } from "./to-openai-chat.ts";

/** Reasoning models think, and local servers load a model, for minutes before the first byte. */
const defaults = { firstByteMs: 600_000, idleMs: 300_000, totalMs: 1_800_000, listMs: 5_000 };

/**
 * OpenAI or a server that speaks its protocol, behind the provider port.
 *
 * @throws DomainError `outbound_denied` for an address that must not be called, `invalid_input` for a key or header that cannot be sent.
 */
export function createOpenAIProvider(settings: OpenAIProviderSettings): Provider {
  const { profile: chosenProfile, ...rest } = settings;
  const baseUrl = toOpenAIBaseUrl(settings.baseUrl);
  const profile = chosenProfile ?? profileOf(baseUrl);
  const endpoint = new UpstreamEndpoint({ ...rest, baseUrl, defaults });
  const path = "/chat/completions";

  async function* streamParts(body: JsonObject, converter: OpenAIStreamConverter, { signal }: CallOptions) {
    const accept = body["stream"] === true ? "text/event-stream" : "application/json";
    const answer = await endpoint.open({ path, body, pace: "call", accept, signal });
    yield* convertStream(answer, createOpenAIFrameParser(), converter);
  }

  return {
    kind: "openai",
    listModels: (options) => listOpenAIModels(endpoint, options),
    async chat(request, options) {
      const { body, notes } = toOpenAIChat(request, { profile, stream: false });
      const converter = new OpenAIStreamConverter({ secrets: endpoint.secrets, raw: false });
      const completion = await collectCompletion(streamParts(body, converter, options));
      if (request.prefer !== "openai") return { notes, completion };
      return { notes, completion: { ...completion, raw: converter.toDocument(completion) } };
    },
    async streamChat(request, options) {
      const { body, notes } = toOpenAIChat(request, { profile, stream: true });
      const converter = new OpenAIStreamConverter({
        secrets: endpoint.secrets,
        raw: request.prefer === "openai",
      });
      return { notes, batches: await startStream(streamParts(body, converter, options)) };
    },
    embed: (request, options) => embedWithOpenAI(endpoint, request, options),
    async checkHealth(options) {
      const start = performance.now();
      await listOpenAIModels(endpoint, options);
      return { version: undefined, latencyMs: performance.now() - start };
    },
    previewChat(request) {
      const stream = request.params.stream ?? false;
      return { method: "POST", url: endpoint.baseUrl + path, ...toOpenAIChat(request, { profile, stream }) };
    },
    close: () => endpoint.close(),
  };
}

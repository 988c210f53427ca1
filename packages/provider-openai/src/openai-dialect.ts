import type { CallOptions, JsonObject, Provider, ProviderChatRequest, ProviderModelList } from "@corral/core";
import { collectCompletion, convertStream, startStream, type UpstreamEndpoint } from "@corral/provider-kit";
import { embedWithOpenAI } from "./embed-with-openai.ts";
import type { OpenAIProfile } from "./openai-base-url.ts";
import { createOpenAIFrameParser } from "./openai-frame-parser.ts";
import { OpenAIStreamConverter } from "./openai-stream-converter.ts";
import { toOpenAIChat } from "./to-openai-chat.ts";

/** What a model is called by. */
export type OpenAIRoute = "/chat/completions" | "/embeddings";

/** One place where OpenAI's dialect is spoken: what differs between OpenAI with its likes, and Azure. */
export type OpenAISurface = {
  readonly kind: Provider["kind"];
  readonly endpoint: UpstreamEndpoint;
  readonly profile: OpenAIProfile;
  /** The model behind an id that says nothing of it, such as the name of a deployment. Default: the id. */
  readonly baseModelOf?: (request: ProviderChatRequest) => string;
  /** Where a model takes calls, below the endpoint's base URL. */
  readonly pathOf: (route: OpenAIRoute, model: string) => string;
  readonly listModels: (options: CallOptions) => Promise<ProviderModelList>;
  /** Asks for the cheapest thing that needs the credential. */
  readonly probe: (options: CallOptions) => Promise<unknown>;
};

/** OpenAI's dialect on a surface, behind the provider port. */
export function createOpenAIDialect(surface: OpenAISurface): Provider {
  const { kind, endpoint, profile, baseModelOf, pathOf, listModels, probe } = surface;
  const secrets = (): readonly string[] => endpoint.secrets;
  const toChat = (request: ProviderChatRequest, stream: boolean) =>
    toOpenAIChat(request, { profile, stream, baseModel: baseModelOf?.(request) ?? request.model });

  async function* streamParts(
    body: JsonObject,
    converter: OpenAIStreamConverter,
    { path, signal }: CallOptions & { readonly path: string },
  ) {
    const accept = body["stream"] === true ? "text/event-stream" : "application/json";
    const answer = await endpoint.open({ path, body, pace: "call", accept, signal });
    yield* convertStream(answer, createOpenAIFrameParser(), converter);
  }

  return {
    kind,
    listModels,
    async chat(request, { signal }) {
      const { body, notes } = toChat(request, false);
      const converter = new OpenAIStreamConverter({ secrets, raw: false });
      const path = pathOf("/chat/completions", request.model);
      const completion = await collectCompletion(streamParts(body, converter, { path, signal }));
      if (request.prefer !== "openai") return { notes, completion };
      return { notes, completion: { ...completion, raw: converter.toDocument(completion) } };
    },
    async streamChat(request, { signal }) {
      const { body, notes } = toChat(request, true);
      const converter = new OpenAIStreamConverter({ secrets, raw: request.prefer === "openai" });
      const path = pathOf("/chat/completions", request.model);
      return { notes, batches: await startStream(streamParts(body, converter, { path, signal })) };
    },
    embed: (request, options) =>
      embedWithOpenAI(endpoint, request, { ...options, path: pathOf("/embeddings", request.model) }),
    async checkHealth(options) {
      const start = performance.now();
      await probe(options);
      return { version: undefined, latencyMs: performance.now() - start };
    },
    previewChat(request) {
      const stream = request.params.stream ?? false;
      const url = endpoint.baseUrl + pathOf("/chat/completions", request.model);
      return { method: "POST", url, ...toChat(request, stream) };
    },
    close: () => endpoint.close(),
  };
}

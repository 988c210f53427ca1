import type { CallOptions, Provider, ProviderChatRequest, ProviderModelList } from "@corral/core";
import {
  collectCompletion,
  convertStream,
  startStream,
  type UpstreamAnswer,
  type UpstreamEndpoint,
} from "@corral/provider-kit";
import { toChatShape, toCompletionShape, type CallShape } from "./call-shapes.ts";
import { embedWithOpenAI } from "./embed-with-openai.ts";
import { OpenAIFrameParser } from "./openai-frame-parser.ts";
import { createOpenAIResponses, type OpenAIResponses } from "./openai-responses.ts";
import { OpenAIStreamConverter } from "./openai-stream-converter.ts";
import { openCorrected } from "./open-corrected.ts";
import { RefusalMemory } from "./refusal-memory.ts";
import type { Quirks } from "./servers/quirks.ts";
import type { ThinkTags } from "./think-tag-splitter.ts";
import type { OpenAIChat } from "./to-openai-chat.ts";

/** What a model is called by. */
export type OpenAIRoute = "/chat/completions" | "/completions" | "/embeddings" | "/responses";

/** One place where OpenAI's dialect is spoken: what differs between OpenAI with its likes, and Azure. */
export type OpenAISurface = {
  readonly kind: Provider["kind"];
  readonly endpoint: UpstreamEndpoint;
  /** Of the server, as far as it is known by now. */
  readonly quirks: () => Quirks;
  readonly thinkTags?: ThinkTags | undefined;
  /** The model behind an id that says nothing of it, such as the name of a deployment. Default: the id. */
  readonly baseModelOf?: (request: Pick<ProviderChatRequest, "model" | "facts">) => string;
  /** Told which model gave an answer, by the name in it. */
  readonly learnModel?: (request: Pick<ProviderChatRequest, "model">, answeredBy: string) => void;
  /** The last word on a body: takes back what this surface would refuse. */
  readonly revise?: (chat: OpenAIChat) => OpenAIChat;
  /** Where a model takes calls, below the endpoint's base URL. */
  readonly pathOf: (route: OpenAIRoute, model: string) => string;
  readonly listModels: (options: CallOptions) => Promise<ProviderModelList>;
  /** Asks for the cheapest thing that needs the credential. */
  readonly probe: (options: CallOptions) => Promise<unknown>;
};

/** A provider that also continues prompts, and passes requests to the Responses API on as they are. */
export type OpenAIDialect = Provider &
  Required<Pick<Provider, "complete" | "streamCompletion">> & { readonly responses: OpenAIResponses };

/** OpenAI's dialect on a surface, behind the provider port. */
export function createOpenAIDialect(surface: OpenAISurface): OpenAIDialect {
  const { kind, endpoint, pathOf, listModels, probe, learnModel } = surface;
  const memory = new RefusalMemory();
  const shapes = { chat: toChatShape(surface), completion: toCompletionShape(surface) };
  const context: CallContext = { endpoint, memory, pathOf, learnModel };

  return {
    kind,
    listModels,
    async chat(request, options) {
      const { notes, batches, converter } = await send(context, shapes.chat, { request, options });
      const completion = await collectCompletion(batches);
      if (request.prefer !== "openai") return { notes, completion };
      return { notes, completion: { ...completion, raw: converter.toDocument(completion) } };
    },
    async streamChat(request, options) {
      const raw = request.prefer === "openai";
      const { notes, batches } = await send(context, shapes.chat, { request, stream: true, raw, options });
      return { notes, batches };
    },
    async complete(request, options) {
      const { notes, batches } = await send(context, shapes.completion, { request, options });
      return { notes, completion: await collectCompletion(batches) };
    },
    async streamCompletion(request, options) {
      const { notes, batches } = await send(context, shapes.completion, { request, stream: true, options });
      return { notes, batches };
    },
    responses: createOpenAIResponses(endpoint, (model) => pathOf("/responses", model)),
    async embed(request, options) {
      const path = pathOf("/embeddings", request.model);
      return embedWithOpenAI(endpoint, request, { ...options, signal: options.signal, path });
    },
    async checkHealth(options) {
      const start = performance.now();
      await probe(options);
      return { version: undefined, latencyMs: performance.now() - start };
    },
    previewChat(request) {
      const draft = shapes.chat.toBody(request, request.params.stream ?? false);
      const url = endpoint.baseUrl + pathOf(shapes.chat.route, request.model);
      return { method: "POST", url, ...memory.correct(request.model, draft) };
    },
    circuits: () => endpoint.circuits(),
    close: () => endpoint.close(),
  };
}

type CallContext = Pick<OpenAISurface, "endpoint" | "pathOf"> & {
  readonly learnModel: OpenAISurface["learnModel"] | undefined;
  readonly memory: RefusalMemory;
};

/** Sends a request; of what comes back, no more than the beginning has been read. */
async function send<Request extends { readonly model: string }>(
  { endpoint, memory, pathOf, learnModel }: CallContext,
  shape: CallShape<Request>,
  call: {
    readonly request: Request;
    readonly stream?: boolean;
    readonly raw?: boolean;
    readonly options: CallOptions;
  },
) {
  const { request, stream = false, raw = false, options } = call;
  const path = pathOf(shape.route, request.model);
  const accept = stream ? "text/event-stream" : "application/json";
  const begin = async (answer: UpstreamAnswer) => {
    const converter = new OpenAIStreamConverter({
      secrets: () => endpoint.secrets,
      raw,
      rewrite: shape.toRewrite(request),
      onEnd: learnModel && ((answeredBy) => learnModel(request, answeredBy)),
    });
    return {
      converter,
      batches: await startStream(convertStream(answer, new OpenAIFrameParser(), converter)),
    };
  };
  const { answer, notes } = await openCorrected(shape.toBody(request, stream), {
    model: request.model,
    memory,
    open: (body) =>
      endpoint.begin(
        // Anything with a signal will do as options, an AbortController too, whose signal a spread leaves behind.
        { path, body, pace: "call", accept, ...options, signal: options.signal },
        begin,
      ),
  });
  return { notes, ...answer };
}

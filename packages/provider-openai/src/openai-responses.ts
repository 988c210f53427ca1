import type { CallOptions, ChatStreamPart, JsonObject, JsonValue } from "@corral/core";
import {
  asObject,
  asText,
  asTruncated,
  convertStream,
  createServerSentEventsParser,
  invalidResponse,
  parseUpstreamJson,
  startStream,
  toUpstreamError,
  truncatedAnswer,
  type ServerSentEvent,
  type StreamConverter,
  type UpstreamEndpoint,
} from "@corral/provider-kit";

/** One event of a response, as the server sent it: `type`, `sequence_number` and what belongs to them. */
export type OpenAIResponseEvent = JsonObject & { readonly type: string };

/**
 * OpenAI's Responses API, for callers who speak it: bodies and events pass as they are, except `stream`. Nothing is
 * converted, no parameter is dropped.
 */
export interface OpenAIResponses {
  /** The whole response, whatever its `status`. @throws DomainError when the server answers anything else. */
  create(body: JsonObject, options: CallOptions): Promise<JsonObject>;
  /**
   * The events, a batch a read from the network; the last is `response.completed`, `.incomplete`, `.failed` or
   * `.cancelled`. Can be read once, and must be iterated or returned.
   *
   * @throws DomainError for an `error` event, `upstream_truncated` when there was no last one
   */
  stream(body: JsonObject, options: CallOptions): Promise<AsyncIterable<readonly OpenAIResponseEvent[]>>;
}

export function createOpenAIResponses(
  endpoint: UpstreamEndpoint,
  pathOf: (model: string) => string,
): OpenAIResponses {
  const requestFor = (body: JsonObject, stream: boolean) =>
    ({ path: pathOf(asText(body["model"]) ?? ""), body: { ...body, stream }, pace: "call" }) as const;
  return {
    async create(body, { signal }) {
      const answer = await endpoint.json({ ...requestFor(body, false), signal });
      return assertResponse(answer, endpoint.secrets);
    },
    async stream(body, { signal }) {
      const accept = "text/event-stream";
      const batches = await endpoint.begin({ ...requestFor(body, true), accept, signal }, (answer) => {
        const converter = new ResponseEventConverter(() => endpoint.secrets);
        return startStream(convertStream(answer, createServerSentEventsParser(), converter));
      });
      return toEvents(batches);
    },
  };
}

function assertResponse(answer: JsonValue, secrets: readonly string[]): JsonObject {
  const body = asObject(answer);
  if (body?.["object"] === "response") return body;
  if (body?.["error"] !== undefined && body["error"] !== null)
    throw toUpstreamError({ body: { json: answer }, secrets });
  throw invalidResponse("The provider's answer is no response.");
}

const lastTypes: ReadonlySet<string> = new Set([
  "response.completed",
  "response.incomplete",
  "response.failed",
  "response.cancelled",
]);

/** Passes events on; there is no `[DONE]`, the end is an event of its own. */
class ResponseEventConverter implements StreamConverter<ServerSentEvent> {
  readonly #secrets: () => readonly string[];
  isComplete = false;

  constructor(secrets: () => readonly string[]) {
    this.#secrets = secrets;
  }

  push({ event, data, isUnfinished }: ServerSentEvent, parts: ChatStreamPart[]): void {
    const text = data.trim();
    if (text === "" || text === "[DONE]") return;
    const value =
      isUnfinished === true ? asTruncated(() => parseUpstreamJson(text)) : parseUpstreamJson(text);
    const chunk = asObject(value);
    const type = asText(chunk?.["type"]) ?? event;
    const hasError = chunk?.["error"] !== undefined && chunk["error"] !== null;
    if (type === "error" || (type === "" && hasError))
      throw toUpstreamError({ body: { json: value }, secrets: this.#secrets() });
    if (chunk === undefined || type === "")
      throw invalidResponse("The provider sent an event without a type.");
    parts.push({ type: "raw", chunk: { ...chunk, type } });
    this.isComplete = lastTypes.has(type);
  }

  end(): void {
    if (!this.isComplete) throw truncatedAnswer();
  }
}

/** Unlike a generator that was never started, the result closes the call when `return` is called at once. */
function toEvents(
  batches: AsyncIterableIterator<readonly ChatStreamPart[], void>,
): AsyncIterableIterator<readonly OpenAIResponseEvent[], void> {
  const events: AsyncIterableIterator<readonly OpenAIResponseEvent[], void> = {
    next: async () => {
      const next = await batches.next();
      if (next.done === true) return { done: true, value: undefined };
      // safe: the converter above makes raw parts only, each with a type
      const value = next.value.flatMap((part) =>
        part.type === "raw" ? [part.chunk as OpenAIResponseEvent] : [],
      );
      return { done: false, value };
    },
    return: async () => {
      await batches.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => events,
  };
  return events;
}

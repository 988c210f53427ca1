import { randomBytes } from "node:crypto";
import {
  DomainError,
  takeEach,
  type Actor,
  type Catalog,
  type ChatService,
  type ParamNote,
} from "@corral/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { LiveCalls } from "../live-calls.ts";
import { encodeCompletion } from "./encode-completion.ts";
import { ChunkEncoder } from "./encode-stream.ts";
import { attemptHeaders, toOpenAIError } from "./error-body.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { lifecycleHeaders } from "./lifecycle-headers.ts";
import { parseChatRequest, type ParsedChatRequest } from "./parse-chat-request.ts";
import { EventStreamWriter } from "./write-event-stream.ts";

export type ChatCompletionsPorts = {
  readonly chat: ChatService;
  readonly calls: LiveCalls;
  /** How long a stream may be silent, in milliseconds; 0 for as long as it likes. */
  readonly heartbeatMs: number;
  readonly catalog: Pick<Catalog, "current">;
};

/** `POST /v1/chat/completions`, streamed or whole. */
export async function handleChatCompletions(
  ports: ChatCompletionsPorts,
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly actor: Actor },
): Promise<unknown> {
  const parsed = parseChatRequest(call.request.body);
  call.reply.headers(lifecycleHeaders(ports.catalog, call.actor, parsed.request.model));
  using live = ports.calls.begin({ actor: call.actor, response: call.reply.raw });
  const id = `chatcmpl-${randomBytes(16).toString("base64url")}`;
  // awaited: the call is under way until the stream has ended
  if (parsed.stream) return await streamAnswer(ports, { ...call, parsed, id, signal: live.signal });
  const answer = await ports.chat.complete(call.actor, parsed.request, { signal: live.signal });
  call.reply.headers({ ...noteHeaders(answer.notes), ...attemptHeaders(answer.attempts) });
  return encodeCompletion(answer, id);
}

type StreamedCall = {
  readonly reply: FastifyReply;
  readonly actor: Actor;
  readonly parsed: ParsedChatRequest;
  readonly id: string;
  readonly signal: AbortSignal;
};

/** Early failures are thrown, while the status can still say so; later ones end the stream. */
async function streamAnswer(ports: ChatCompletionsPorts, call: StreamedCall): Promise<FastifyReply> {
  const { reply } = call;
  const writer = new EventStreamWriter(reply.raw, () => {
    reply.hijack();
    return plainHeaders(reply);
  });
  using _ = startHeartbeat(reply.raw, writer, ports.heartbeatMs);
  try {
    await relayAnswer(ports, call, writer);
  } catch (error) {
    if (!writer.hasBegun) throw error;
    endEarly(call, writer, error);
  }
  return reply;
}

async function relayAnswer(
  ports: ChatCompletionsPorts,
  { actor, reply, parsed, id, signal }: StreamedCall,
  writer: EventStreamWriter,
): Promise<void> {
  const stream = await ports.chat.stream(actor, parsed.request, { signal });
  const encoder = new ChunkEncoder({ id, model: parsed.request.model, includeUsage: parsed.includeUsage });
  reply.headers({ ...noteHeaders(stream.notes), ...attemptHeaders(stream.attempts) });
  await takeEach(stream.batches, (batch) => writer.send(encoder.encode(batch), signal));
  await writer.done(encoder.end(), signal);
}

function endEarly({ reply, signal }: StreamedCall, writer: EventStreamWriter, error: unknown): void {
  if (reply.raw.destroyed) return;
  const failure = signal.aborted ? endOf(signal) : error;
  reply.log[failure === error ? "warn" : "info"]({ err: failure }, "the stream ended early");
  writer.fail(toOpenAIError(failure).body);
}

function endOf(signal: AbortSignal): DomainError {
  const reason: unknown = signal.reason;
  return reason instanceof DomainError ? reason : new DomainError("request_cancelled");
}

/** Headers that hooks have set so far: a hijacked reply does not send them by itself. */
function plainHeaders(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

/** What was changed in the parameters that the caller sent; values that the model stores are never named. */
function noteHeaders(notes: readonly ParamNote[]): Record<string, string> {
  if (notes.length === 0) return {};
  const text = notes
    .map(({ param, action, to }) => `${param} ${action}${to === undefined ? "" : ` to ${to}`}`)
    .join("; ");
  return { "x-corral-param-notes": text.replace(/[^\u0020-\u007e]/gu, "?").slice(0, 2_000) };
}

import { randomBytes } from "node:crypto";
import {
  DomainError,
  takeEach,
  type Actor,
  type Catalog,
  type ChatService,
  type ChatStream,
} from "@corral/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { LiveCalls } from "../live-calls.ts";
import { encodeCompletion } from "./encode-completion.ts";
import { ChunkEncoder } from "./encode-stream.ts";
import { attemptHeaders, toOpenAIError } from "./error-body.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { lifecycleHeaders } from "./lifecycle-headers.ts";
import { noteHeaders } from "./note-headers.ts";
import { parseChatRequest } from "./parse-chat-request.ts";
import { EventStreamWriter } from "./write-event-stream.ts";

export type ChatCompletionsPorts = {
  readonly chat: ChatService;
  readonly calls: LiveCalls;
  /** How long a stream may be silent, in milliseconds; 0 for as long as it likes. */
  readonly heartbeatMs: number;
  readonly catalog: Pick<Catalog, "current">;
};

/** `POST /v1/chat/completions`. @returns `undefined` once the answer was streamed. */
export async function handleChatCompletions(
  ports: ChatCompletionsPorts,
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly actor: Actor },
): Promise<object | undefined> {
  const parsed = parseChatRequest(call.request.body);
  call.reply.headers(lifecycleHeaders(ports.catalog, call.actor, parsed.request.model));
  using live = ports.calls.begin({ actor: call.actor, response: call.reply.raw });
  const id = `chatcmpl-${randomBytes(16).toString("base64url")}`;
  // awaited: the call is under way until the stream has ended
  if (parsed.stream) {
    const { includeUsage, request } = parsed;
    await streamAnswer({ ...call, signal: live.signal }, ports.heartbeatMs, {
      open: (context) => ports.chat.stream(call.actor, request, context),
      encoder: new ChunkEncoder({ id, model: request.model, includeUsage }),
    });
    return undefined;
  }
  const answer = await ports.chat.complete(call.actor, parsed.request, { signal: live.signal });
  call.reply.headers({ ...noteHeaders(answer.notes), ...attemptHeaders(answer.attempts) });
  return encodeCompletion(answer, id);
}

type StreamedCall = { readonly reply: FastifyReply; readonly signal: AbortSignal };

/** Where an answer comes from, and how its parts become events. */
type StreamedAnswer = {
  readonly open: (context: { readonly signal: AbortSignal }) => Promise<ChatStream>;
  readonly encoder: Pick<ChunkEncoder, "encode" | "end">;
};

/** Early failures are thrown, while the status can still say so; later ones end the stream. */
export async function streamAnswer(
  call: StreamedCall,
  heartbeatMs: number,
  answer: StreamedAnswer,
): Promise<void> {
  const { reply } = call;
  const writer = new EventStreamWriter(reply.raw, () => {
    reply.hijack();
    return plainHeaders(reply);
  });
  using _ = startHeartbeat(reply.raw, writer, heartbeatMs);
  try {
    await relayAnswer(call, answer, writer);
  } catch (error) {
    if (!writer.hasBegun) throw error;
    endEarly(call, writer, error);
  }
}

async function relayAnswer(
  { reply, signal }: StreamedCall,
  { open, encoder }: StreamedAnswer,
  writer: EventStreamWriter,
): Promise<void> {
  const stream = await open({ signal });
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

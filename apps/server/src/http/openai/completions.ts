import { randomBytes } from "node:crypto";
import type { Actor } from "@corral/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { streamAnswer, type ChatCompletionsPorts } from "./chat-completions.ts";
import { encodeTextCompletion, TextChunkEncoder } from "./encode-text-completion.ts";
import { attemptHeaders } from "./error-body.ts";
import { lifecycleHeaders } from "./lifecycle-headers.ts";
import { noteHeaders } from "./note-headers.ts";
import { parseCompletionRequest } from "./parse-completion-request.ts";

/** `POST /v1/completions`: a prompt continued, as older clients ask for it. @returns `undefined` once it was streamed. */
export async function handleCompletions(
  ports: ChatCompletionsPorts,
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly actor: Actor },
): Promise<object | undefined> {
  const { actor, reply } = call;
  const { request, stream, includeUsage } = parseCompletionRequest(call.request.body);
  reply.headers(lifecycleHeaders(ports.catalog, actor, request.model));
  using live = ports.calls.begin({ actor, response: reply.raw });
  const id = `cmpl-${randomBytes(16).toString("base64url")}`;
  const { signal } = live;
  if (stream) {
    // awaited: the call is under way until the stream has ended
    await streamAnswer({ reply, signal }, ports.heartbeatMs, {
      open: (context) => ports.chat.streamText(actor, request, context),
      encoder: new TextChunkEncoder({ id, model: request.model, includeUsage }),
    });
    return undefined;
  }
  const answer = await ports.chat.completeText(actor, request, { signal });
  reply.headers({ ...noteHeaders(answer.notes), ...attemptHeaders(answer.attempts) });
  return encodeTextCompletion(answer, id);
}

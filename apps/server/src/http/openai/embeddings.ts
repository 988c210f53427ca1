import { modelIdSchema, type Actor } from "@corral/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { parseBody } from "../parse-body.ts";
import type { ChatCompletionsPorts } from "./chat-completions.ts";
import { attemptHeaders } from "./error-body.ts";
import { lifecycleHeaders } from "./lifecycle-headers.ts";

const inputSchema = z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2_048)], {
  error: "must be a text or a list of texts, none of them empty",
});

/** What a body may hold; other fields are passed over. */
export const embeddingsBodySchema = z.looseObject({
  model: modelIdSchema,
  input: inputSchema,
  dimensions: z.int().min(1).max(65_536).nullish(),
  encoding_format: z.enum(["float", "base64"]).nullish(),
});

/** `POST /v1/embeddings`. The official client asks for base64 unless told otherwise. */
export async function handleEmbeddings(
  ports: ChatCompletionsPorts,
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly actor: Actor },
): Promise<object> {
  const {
    model,
    input,
    dimensions,
    encoding_format: format,
  } = parseBody(embeddingsBodySchema, call.request.body);
  call.reply.headers(lifecycleHeaders(ports.catalog, call.actor, model));
  using live = ports.calls.begin({ actor: call.actor, response: call.reply.raw });
  const request = {
    model,
    input: typeof input === "string" ? [input] : input,
    ...(typeof dimensions === "number" && { dimensions }),
  };
  const answer = await ports.chat.embed(call.actor, request, { signal: live.signal });
  call.reply.headers(attemptHeaders(answer.attempts));
  const tokens = answer.promptTokens ?? 0;
  return {
    object: "list",
    model,
    data: answer.embeddings.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: format === "base64" ? toBase64(vector) : vector,
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Little-endian 32-bit floats, as the official clients decode them. */
function toBase64(vector: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  for (const [at, value] of vector.entries()) view.setFloat32(at * 4, value, true);
  return Buffer.from(view.buffer).toString("base64");
}

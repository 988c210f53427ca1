import type { EmbedRequest } from "@corral/core";
import { loadKind, type OllamaLoadRequest } from "./from-ollama-chat.ts";
import { fromOllamaParams } from "./from-ollama-params.ts";
import {
  ollamaEmbedBodySchema,
  ollamaEmbeddingsBodySchema,
  ollamaShowBodySchema,
  parseOllamaBody,
} from "./ollama-bodies.ts";

export type OllamaEmbedRequest = { readonly kind: "embed" } & EmbedRequest;

/**
 * Reads the body of `POST /api/embed`. Without input it loads the model. Pure.
 *
 * @throws DomainError `invalid_input`
 */
export function fromOllamaEmbed(body: unknown): OllamaEmbedRequest | OllamaLoadRequest {
  const given = parseOllamaBody(ollamaEmbedBodySchema, body);
  const { model, input, dimensions } = given;
  const { params } = fromOllamaParams(given);
  if (!input || input.length === 0) return { kind: loadKind(given), model, stream: false, params };
  return {
    kind: "embed",
    model,
    input: typeof input === "string" ? [input] : input,
    ...(dimensions && { dimensions }),
  };
}

/** Reads the body of the older `POST /api/embeddings`. Pure. @throws DomainError `invalid_input` */
export function fromOllamaEmbeddings(body: unknown): OllamaEmbedRequest | OllamaLoadRequest {
  const given = parseOllamaBody(ollamaEmbeddingsBodySchema, body);
  const { model, prompt } = given;
  const { params } = fromOllamaParams(given);
  return prompt
    ? { kind: "embed", model, input: [prompt] }
    : { kind: loadKind(given), model, stream: false, params };
}

/** Reads the body of `POST /api/show`. Pure. @throws DomainError `invalid_input` */
export function fromOllamaShow(body: unknown): { readonly model: string; readonly verbose: boolean } {
  const { model, verbose } = parseOllamaBody(ollamaShowBodySchema, body);
  return { model, verbose: verbose ?? false };
}

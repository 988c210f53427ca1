import { DomainError, type CallOptions, type EmbedAnswer, type EmbedRequest } from "@corral/core";
import {
  asArray,
  asCount,
  asObject,
  invalidResponse,
  toEmbedding,
  type UpstreamEndpoint,
} from "@corral/provider-kit";

/** Inputs a request; Ollama works on all of them at once. */
const batchSize = 256;

/**
 * Embeds by `/api/embed`, in batches one after the other.
 *
 * @throws DomainError `invalid_input` for no or empty inputs, which Ollama takes for "load the model"
 */
export async function embedWithOllama(
  endpoint: UpstreamEndpoint,
  { model, input, dimensions }: EmbedRequest,
  { signal }: CallOptions,
): Promise<EmbedAnswer> {
  if (input.length === 0 || input.includes("")) {
    throw new DomainError("invalid_input", "Embeddings need at least one input, and none may be empty.", {
      details: { param: "input" },
    });
  }
  const embeddings: (readonly number[])[] = [];
  let promptTokens: number | undefined;
  for (let from = 0; from < input.length; from += batchSize) {
    const batch = input.slice(from, from + batchSize);
    const body = { model, input: batch, ...(dimensions !== undefined && { dimensions }) };
    const answer = asObject(await endpoint.json({ path: "/api/embed", body, pace: "call", signal }));
    const vectors = asArray(answer?.["embeddings"]);
    if (vectors.length !== batch.length) {
      throw invalidResponse(`The provider gave ${vectors.length} embeddings for ${batch.length} inputs.`);
    }
    for (const vector of vectors) embeddings.push(withDimensions(toEmbedding(vector), dimensions));
    const counted = asCount(answer?.["prompt_eval_count"]);
    if (counted !== undefined) promptTokens = (promptTokens ?? 0) + counted;
  }
  return { embeddings, promptTokens };
}

/** Servers before 0.11.11 ignore the wished length. */
function withDimensions(vector: readonly number[], dimensions: number | undefined): readonly number[] {
  return dimensions === undefined || vector.length <= dimensions
    ? vector
    : normalized(vector.slice(0, dimensions));
}

function normalized(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

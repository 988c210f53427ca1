import type { EmbedAnswer, JsonObject } from "@corral/core";

/** The answer of `/api/embed`. @param durationMs From the request's arrival to now. */
export function toOllamaEmbeddings(model: string, answer: EmbedAnswer, durationMs: number): JsonObject {
  return {
    model,
    embeddings: answer.embeddings,
    total_duration: Math.max(0, Math.round(durationMs * 1e6)),
    load_duration: 0,
    ...(answer.promptTokens !== undefined && { prompt_eval_count: answer.promptTokens }),
  };
}

/** The answer of the older `/api/embeddings`. */
export function toOllamaEmbedding({ embeddings: [embedding = []] }: EmbedAnswer): JsonObject {
  return { embedding };
}

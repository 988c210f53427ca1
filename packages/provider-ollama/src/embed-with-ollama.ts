import { DomainError, type CallOptions, type EmbedAnswer, type EmbedRequest } from "@corral/core";
import { asArray, asCount, asObject, invalidResponse, toEmbedding } from "@corral/provider-kit";
import type { OllamaConnection } from "./ask-ollama.ts";
import { wrongField } from "./check-ollama-option.ts";
import { can } from "./ollama-server.ts";
import { sendWithoutRefused } from "./send-without-refused.ts";

/** Inputs a request; Ollama works on all of them at once. */
const batchSize = 256;
/** While one batch is computed, the next one is on its way. */
const concurrency = 2;

/**
 * Embeds by `/api/embed`. Many inputs go in batches, a few at a time; the first failure ends them all.
 *
 * @throws DomainError `invalid_input` for no or empty inputs, which Ollama takes for "load the model"
 */
export async function embedWithOllama(
  connection: OllamaConnection,
  request: EmbedRequest,
  options: CallOptions,
): Promise<EmbedAnswer> {
  const { input, dimensions } = request;
  if (input.length === 0 || input.includes("")) {
    throw new DomainError("invalid_input", "Embeddings need at least one input, and none may be empty.", {
      details: { param: "input" },
    });
  }
  if (dimensions !== undefined && !(Number.isInteger(dimensions) && dimensions > 0))
    throw wrongField(["dimensions"], "must be an integer ≥ 1");
  const batches = Array.from({ length: Math.ceil(input.length / batchSize) }, (_, at) =>
    input.slice(at * batchSize, (at + 1) * batchSize),
  );
  const answers = await embedAll(batches, options, (batch, options) =>
    embedBatch(connection, { ...request, input: batch }, options),
  );
  const counts = answers.flatMap(({ promptTokens }) => promptTokens ?? []);
  return {
    embeddings: answers.flatMap(({ embeddings }) => embeddings),
    promptTokens: counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0),
  };
}

/** Answers in the order of the batches, a few of which are under way at any time. */
async function embedAll(
  batches: readonly (readonly string[])[],
  options: CallOptions,
  embed: (batch: readonly string[], options: CallOptions) => Promise<EmbedAnswer>,
): Promise<EmbedAnswer[]> {
  const failed = new AbortController();
  const either = { ...options, signal: AbortSignal.any([options.signal, failed.signal]) };
  const waiting = batches.entries();
  const answers: EmbedAnswer[] = [];
  const work = async (): Promise<void> => {
    // One iterator for all: each takes the next that nobody has.
    for (const [at, batch] of waiting) answers[at] = await embed(batch, either);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, batches.length) }, work));
    return answers;
  } catch (error) {
    failed.abort();
    throw error;
  }
}

async function embedBatch(
  { endpoint, memory }: OllamaConnection,
  { model, input, dimensions }: EmbedRequest,
  options: CallOptions,
): Promise<EmbedAnswer> {
  const question = {
    model,
    toBody: (server: Parameters<typeof can>[0]) => ({
      body: {
        model,
        input,
        ...(dimensions !== undefined && can(server, "embedDimensions") && { dimensions }),
      },
      notes: [],
    }),
  };
  const answer = asObject(
    await sendWithoutRefused(memory, question, ({ body }) =>
      endpoint.json({ path: "/api/embed", body, pace: "call", ...options }),
    ),
  );
  const vectors = asArray(answer?.["embeddings"]);
  if (vectors.length !== input.length)
    throw invalidResponse(`The provider gave ${vectors.length} embeddings for ${input.length} inputs.`);
  return {
    embeddings: vectors.map((vector) => withDimensions(toEmbedding(vector), dimensions)),
    promptTokens: asCount(answer?.["prompt_eval_count"]),
  };
}

/** Servers before 0.11.11 know no wished length. */
function withDimensions(vector: readonly number[], dimensions: number | undefined): readonly number[] {
  return dimensions === undefined || vector.length <= dimensions
    ? vector
    : normalized(vector.slice(0, dimensions));
}

function normalized(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

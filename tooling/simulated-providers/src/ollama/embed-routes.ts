import { cutEmbedding, embed as embedText } from "../reply/embedding.ts";
import { countTokens } from "../reply/tokens.ts";
import type { Answer } from "../server/answer.ts";
import { toJsonObject, toText } from "../server/json-object.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { quoted } from "./go-text.ts";
import { occupy } from "./inference-call.ts";
import { findOptionError } from "./ollama-options.ts";
import { type OllamaState, readKeepAlive, readObject, resolveModel } from "./ollama-state.ts";
import { hasFeature } from "./ollama-version.ts";
import { ollamaError, ollamaJson, omitZero } from "./ollama-wire.ts";

const toMissing = (name: string): string => `model ${quoted(name)} not found, try pulling it first`;

export async function embed(state: OllamaState, request: SimulatedRequest): Promise<Answer> {
  const startedAt = performance.now();
  const { name, model, body, release, loadMs } = await prepare(state, request);
  const inputs = readInputs(body["input"]);
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  const isTooLong = inputs.some((input) => countTokens(input) > model.contextLength);
  if (isTooLong && body["truncate"] === false) {
    throw ollamaError(400, "the input length exceeds the context length");
  }
  const dimensions = hasFeature(state.version, "embedDimensions") ? body["dimensions"] : undefined;
  const embeddings = inputs.map((input) => {
    const vector = embedText(input, model.embeddingLength);
    return typeof dimensions === "number" && dimensions > 0 ? cutEmbedding(vector, dimensions) : vector;
  });
  release();
  return ollamaJson({
    model: name,
    embeddings,
    ...omitZero({
      total_duration: Math.round((performance.now() - startedAt) * 1e6),
      load_duration: Math.round(loadMs * 1e6),
      prompt_eval_count: tokens,
    }),
  });
}

/** The older route: one text, its vector not brought to length one. */
export async function embeddings(state: OllamaState, request: SimulatedRequest): Promise<Answer> {
  const { model, body, release } = await prepare(state, request);
  const prompt = toText(body["prompt"]);
  release();
  const vector = prompt === "" ? [] : embedText(prompt, model.embeddingLength);
  return ollamaJson({ embedding: vector.map((value) => value * 7) });
}

async function prepare(state: OllamaState, request: SimulatedRequest) {
  const body = readObject(request);
  const keepAliveMs = readKeepAlive(body, state.keepAliveMs);
  const { name, model } = resolveModel(state, body, toMissing);
  const optionError = findOptionError(toJsonObject(body["options"]), state.version);
  if (optionError !== undefined) throw ollamaError(500, optionError);
  const occupied = await occupy(state, { model, body, keepAliveMs }, request.signal);
  return { name, model, body, ...occupied };
}

function readInputs(input: unknown): string[] {
  if (input === undefined || input === null || input === "") return [];
  const inputs: unknown[] = [input].flat();
  if (!inputs.every((item) => typeof item === "string")) throw ollamaError(400, "invalid input type");
  return inputs;
}

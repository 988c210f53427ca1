import { cutEmbedding, embed } from "../reply/embedding.ts";
import { countTokens } from "../reply/tokens.ts";
import type { Answer } from "../server/answer.ts";
import type { JsonObject } from "../server/json-object.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { openAIError, openAIJson, type OpenAIState, readObject, resolveModel } from "./openai-state.ts";

const maxInputs = 2048;

export function embeddings(state: OpenAIState, request: SimulatedRequest): Answer {
  const body = readObject(state, request);
  const model = resolveModel(state, body["model"]);
  const inputs = readInputs(state, body["input"]);
  const { dimensions } = body;
  const isBase64 = body["encoding_format"] === "base64";
  const data = inputs.map((input, index): JsonObject => {
    const whole = embed(input, model.dimensions ?? 64);
    const vector = typeof dimensions === "number" ? cutEmbedding(whole, dimensions) : whole;
    return { object: "embedding", index, embedding: isBase64 ? toBase64(vector) : vector };
  });
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  return openAIJson({
    object: "list",
    data,
    model: model.id,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** One text, several, one list of tokens, or several. */
function readInputs(state: OpenAIState, input: unknown): string[] {
  const list: unknown[] = Array.isArray(input) && !isTokens(input) ? input : [input];
  const isValid = list.every((item) => (typeof item === "string" && item !== "") || isTokens(item));
  if (list.length === 0 || list.length > maxInputs || !isValid) {
    throw openAIError(state, {
      status: 400,
      message:
        "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    });
  }
  return list.map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
}

/** Single-precision floats, little-endian. */
function toBase64(vector: number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}

function isTokens(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((token) => typeof token === "number");
}

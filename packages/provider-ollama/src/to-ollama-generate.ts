import {
  DomainError,
  type JsonObject,
  type JsonValue,
  type ModelFacts,
  type ProviderCompletionRequest,
} from "@corral/core";
import { wrongField, type FieldPath } from "./check-ollama-option.ts";
import { unknownServer, type OllamaServer } from "./ollama-server.ts";
import { assertOneChoice, type OllamaBody } from "./to-ollama-chat.ts";
import { assertBase64Image } from "./to-ollama-images.ts";
import { toOllamaLogprobs } from "./to-ollama-logprobs.ts";
import { assertCapable } from "./to-ollama-messages.ts";
import { toOllamaParams } from "./to-ollama-params.ts";

/**
 * The body of `POST /api/generate` for a prompt to continue. Pure. The model's template wraps the prompt unless the
 * extension `raw` says otherwise.
 *
 * @throws DomainError `invalid_input` for an empty prompt (Ollama would load the model) and wrong types;
 * `unsupported_feature` for what the model or Ollama cannot do.
 */
export function toOllamaGenerate(
  request: ProviderCompletionRequest,
  server: OllamaServer = unknownServer,
): OllamaBody {
  const { model, prompt, suffix, facts, extensions = {} } = request;
  assertOneChoice(request.choiceCount);
  if (prompt === "") throw wrongField(["prompt"], "must not be empty");
  if (suffix !== undefined && suffix !== "") assertCapable(facts, "insert", "fill a gap; leave `suffix` out");
  const { own, others } = splitExtensions(extensions, facts);
  const params = toOllamaParams(request.params, { extensions: others, facts, server });
  const logprobs = toOllamaLogprobs(request.logprobs, server);
  const { system } = request.params;
  return {
    body: {
      model,
      prompt,
      ...(suffix !== undefined && suffix !== "" && { suffix }),
      ...(system !== undefined && { system }),
      stream: true,
      ...params.fields,
      ...own,
      ...logprobs.fields,
    },
    notes: [...params.notes, ...logprobs.notes],
  };
}

type Check = (value: JsonValue, path: FieldPath, facts: ModelFacts | undefined) => void;

const isText: Check = (value, path) => {
  if (typeof value !== "string") throw wrongField(path, "must be a text");
};

/** Ollama's own fields of a prompt. */
const ownFields: Readonly<Record<string, Check>> = {
  system: isText,
  template: isText,
  raw: (value, path) => {
    if (typeof value !== "boolean") throw wrongField(path, "must be true or false");
  },
  context: (value, path) => {
    if (!Array.isArray(value) || !value.every(Number.isInteger))
      throw wrongField(path, "must be a list of tokens");
  },
  images: (value, path, facts) => {
    if (!Array.isArray(value)) throw wrongField(path, "must be a list of images");
    if (value.length > 0) assertCapable(facts, "vision", "read images");
    for (const [at, image] of value.entries()) assertBase64Image(image, [...path, at]);
  },
};

/** Fields of OpenAI's older completions that would make another answer. */
function assertPossible(name: string, value: JsonValue): void {
  const isAsked = (name === "echo" && value === true) || (name === "best_of" && value !== 1);
  if (!isAsked) return;
  throw new DomainError("unsupported_feature", `Ollama cannot do what "${name}" asks for; leave it out.`, {
    details: { param: name },
  });
}

function splitExtensions(extensions: JsonObject, facts: ModelFacts | undefined) {
  const own: Record<string, JsonValue> = {};
  const others: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(extensions)) {
    if (value === null) continue;
    assertPossible(name, value);
    if (Object.hasOwn(ownFields, name)) {
      ownFields[name]?.(value, [name], facts);
      own[name] = value;
    } else if (name !== "echo" && name !== "best_of") others[name] = value;
  }
  return { own, others };
}

import {
  DomainError,
  type CallParams,
  type ChatMessage,
  type ChatTool,
  type JsonObject,
  type ParamNote,
} from "@corral/core";
import {
  ollamaChatBodySchema,
  parseOllamaBody,
  type OllamaAnswerFields,
  type OllamaCallFields,
  type OllamaTool,
} from "./ollama-bodies.ts";
import { fromOllamaMessages } from "./from-ollama-messages.ts";
import { fromOllamaParams } from "./from-ollama-params.ts";

/** A request that only moves a model in or out of memory: it asks nothing. */
export type OllamaLoadRequest = {
  readonly kind: "load" | "unload";
  readonly model: string;
  readonly stream: boolean;
  readonly params: CallParams;
};

/** The pieces of a chat request of the core, and how its answer is to be sent. */
export type OllamaChatRequest = {
  readonly kind: "chat";
  /** As it was written; `x` and `x:latest` are one name. */
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly ChatMessage[];
  readonly params: CallParams;
  readonly tools?: readonly ChatTool[];
  readonly logprobs?: { readonly top: number };
  readonly extensions?: JsonObject;
  readonly notes: readonly ParamNote[];
};

/**
 * Reads the body of `POST /api/chat`. Pure.
 *
 * @throws DomainError `invalid_input`
 */
export function fromOllamaChat(body: unknown): OllamaChatRequest | OllamaLoadRequest {
  const given = parseOllamaBody(ollamaChatBodySchema, body);
  const { params, extensions, notes } = fromOllamaParams(given);
  const { model } = given;
  const stream = given.stream ?? true;
  const messages = fromOllamaMessages(given.messages ?? []);
  if (messages.length === 0) return { kind: loadKind(given), model, stream, params };
  const tools = (given.tools ?? []).map(fromOllamaTool);
  const logprobs = toLogprobs(given);
  return {
    kind: "chat",
    model,
    stream,
    messages,
    params,
    ...(tools.length > 0 && { tools }),
    ...(logprobs && { logprobs }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
    notes,
  };
}

/** Without a question, a lifetime of 0 means out of memory. */
export function loadKind({ keep_alive: keepAlive }: OllamaCallFields): "load" | "unload" {
  return keepAlive === 0 || (typeof keepAlive === "string" && /^[+-]?0(?:\.0+)?[a-zµ]*$/u.test(keepAlive))
    ? "unload"
    : "load";
}

export function toLogprobs({
  logprobs,
  top_logprobs: top,
}: OllamaAnswerFields): { readonly top: number } | undefined {
  if (top !== undefined && top !== null && !(top >= 0 && top <= 20 && Number.isInteger(top))) {
    throw new DomainError("invalid_input", "top_logprobs must be between 0 and 20", {
      details: { param: "top_logprobs" },
    });
  }
  return logprobs === true ? { top: top ?? 0 } : undefined;
}

function fromOllamaTool({ function: { name, description, parameters } }: OllamaTool): ChatTool {
  return {
    type: "function",
    function: {
      name,
      ...(typeof description === "string" && { description }),
      ...(parameters && { parameters }),
    },
  };
}

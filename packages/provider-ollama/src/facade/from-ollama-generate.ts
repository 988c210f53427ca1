import type { CallParams, ChatMessage, JsonObject, ParamNote } from "@corral/core";
import { loadKind, toLogprobs, type OllamaLoadRequest } from "./from-ollama-chat.ts";
import { toContent } from "./from-ollama-messages.ts";
import { fromOllamaParams } from "./from-ollama-params.ts";
import { ollamaGenerateBodySchema, parseOllamaBody } from "./ollama-bodies.ts";

/** The pieces of a completion request of the core, and how its answer is to be sent. */
export type OllamaGenerateRequest = {
  readonly kind: "generate";
  readonly model: string;
  readonly stream: boolean;
  readonly prompt: string;
  readonly suffix?: string;
  readonly params: CallParams;
  readonly logprobs?: { readonly top: number };
  /** `system`, `template`, `raw`, `context`, `images`, `truncate`, `shift`. */
  readonly extensions?: JsonObject;
  /** The same as a conversation, for providers that only have those; absent where it would mean something else. */
  readonly messages?: readonly ChatMessage[];
  readonly notes: readonly ParamNote[];
};

/**
 * Reads the body of `POST /api/generate`. Pure.
 *
 * @throws DomainError `invalid_input`
 */
export function fromOllamaGenerate(body: unknown): OllamaGenerateRequest | OllamaLoadRequest {
  const given = parseOllamaBody(ollamaGenerateBodySchema, body);
  const { params, extensions: sent, notes } = fromOllamaParams(given);
  const { model, prompt, suffix, system, template, raw, context, images } = given;
  const stream = given.stream ?? true;
  if (!prompt) return { kind: loadKind(given), model, stream, params };
  const content = toContent({ content: prompt, images }, ["images"]);
  const logprobs = toLogprobs(given);
  const extensions: JsonObject = {
    ...sent,
    ...(system && { system }),
    ...(template && { template }),
    ...(raw === true && { raw }),
    ...(context && context.length > 0 && { context }),
    ...(images && images.length > 0 && { images }),
  };
  const isPlain = !suffix && !template && raw !== true && !(context && context.length > 0);
  return {
    kind: "generate",
    model,
    stream,
    prompt,
    ...(suffix && { suffix }),
    params,
    ...(logprobs && { logprobs }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
    ...(isPlain && {
      messages: [
        ...(system ? [{ role: "system" as const, content: system }] : []),
        { role: "user" as const, content },
      ],
    }),
    notes,
  };
}

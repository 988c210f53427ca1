import {
  DomainError,
  liftOptions,
  limits,
  textRequestSchema,
  type JsonValue,
  type TextRequest,
} from "@corral/core";
import { z } from "zod";
import { parseBody } from "../parse-body.ts";
import { splitFields } from "./parse-chat-request.ts";

/** A call on `/v1/completions`: what is asked, and how the answer is to be sent. */
export type ParsedCompletionRequest = {
  readonly request: TextRequest;
  readonly stream: boolean;
  readonly includeUsage: boolean;
};

/** One text. Lists of several, and of tokens, are refused: they would be several calls, or mean nothing elsewhere. */
const promptSchema = z.union([z.string(), z.tuple([z.string()]).transform(([text]) => text)], {
  error: "must be one text; call once for each of several, and send text instead of tokens",
});

export const completionBodySchema = z.looseObject({
  model: z.string({ error: "names the model to call" }),
  prompt: promptSchema,
  suffix: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.int().min(1).max(limits.choiceCount).nullish(),
  /** How many probabilities for each token, at most 5. */
  logprobs: z.int().min(0).max(5).nullish(),
});

const ownFields: ReadonlySet<string> = new Set(Object.keys(completionBodySchema.shape));

/** Reads the body of the older completions. `null` counts as absent. @throws DomainError `invalid_input` with the path. */
export function parseCompletionRequest(body: unknown): ParsedCompletionRequest {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new DomainError("invalid_input", "The body must be a JSON object.");
  }
  const own = parseBody(completionBodySchema, body);
  const stream = own.stream ?? false;
  // safe: the body came out of JSON
  const { params, extensions } = splitFields(
    liftOptions(body as Readonly<Record<string, JsonValue>>),
    ownFields,
  );
  const request = parseBody(textRequestSchema, {
    model: own.model,
    prompt: own.prompt,
    params,
    suffix: own.suffix || undefined,
    choiceCount: own.n ?? undefined,
    ...(typeof own.logprobs === "number" && { logprobs: { top: own.logprobs } }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  });
  return { request, stream, includeUsage: own.stream_options?.include_usage === true };
}

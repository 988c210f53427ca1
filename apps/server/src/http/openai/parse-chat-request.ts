import {
  chatRequestSchema,
  chatToolSchema,
  DomainError,
  liftOptions,
  limits,
  parseParam,
  toKnownParam,
  type ChatRequest,
  type JsonValue,
} from "@corral/core";
import { z } from "zod";
import { parseBody } from "../parse-body.ts";

/** A call on `/v1/chat/completions`: what is asked, and how the answer is to be sent. */
export type ParsedChatRequest = {
  readonly request: ChatRequest;
  readonly stream: boolean;
  readonly includeUsage: boolean;
};

/** The fields whose meaning is ours; everything else is a parameter or an extension. */
const ownFieldsSchema = z.object({
  model: z.string({ error: "names the model to call" }),
  messages: z.unknown(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z.unknown().optional(),
  tool_choice: z.unknown().optional(),
  parallel_tool_calls: z.boolean().nullish(),
  n: z.int().min(1).max(limits.choiceCount).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
});

const ownFields: ReadonlySet<string> = new Set(Object.keys(ownFieldsSchema.shape));

const { model, messages, toolChoice, params } = chatRequestSchema.shape;

/** What a body may hold, for the description: our own fields, as they are read in the end, and the parameters. */
export const chatBodySchema = z.looseObject({
  ...params.unwrap().shape,
  ...ownFieldsSchema.shape,
  model,
  messages,
  tools: z.array(chatToolSchema).nullish(),
  tool_choice: toolChoice.unwrap().nullish(),
});

/** Reads an OpenAI request body. `null` counts as absent. @throws DomainError `invalid_input` with the path. */
export function parseChatRequest(body: unknown): ParsedChatRequest {
  if (!isObject(body)) throw new DomainError("invalid_input", "The body must be a JSON object.");
  const own = parseBody(ownFieldsSchema, body);
  const stream = own.stream ?? false;
  if (isPresent(own.stream_options) && !stream)
    throw invalid("stream_options", "goes with stream: true only");
  if (isPresent(own.top_logprobs) && own.logprobs !== true)
    throw invalid("top_logprobs", "goes with logprobs: true only");
  // safe: the body came out of JSON
  const { params, extensions } = splitFields(
    liftOptions(body as Readonly<Record<string, JsonValue>>),
    ownFields,
  );
  const request = parseBody(chatRequestSchema, {
    model: own.model,
    messages: own.messages,
    params,
    prefer: "openai",
    ...(Array.isArray(own.tools) && own.tools.length === 0 ? {} : { tools: own.tools ?? undefined }),
    toolChoice: own.tool_choice ?? undefined,
    parallelToolCalls: own.parallel_tool_calls ?? undefined,
    choiceCount: own.n ?? undefined,
    ...(own.logprobs === true && { logprobs: { top: own.top_logprobs ?? 0 } }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  });
  return { request, stream, includeUsage: own.stream_options?.include_usage === true };
}

/** Names of one quantity are one parameter here already; `max_completion_tokens` beats the older `max_tokens`. */
export function splitFields(
  fields: Readonly<Record<string, JsonValue | undefined>>,
  own: ReadonlySet<string>,
) {
  const params: Record<string, unknown> = {};
  const extensions: Record<string, unknown> = {};
  const { max_completion_tokens: preferred, ...others } = fields;
  const ordered = !isPresent(preferred) ? others : { ...others, max_completion_tokens: preferred };
  for (const [name, value] of Object.entries(ordered)) {
    if (own.has(name) || value === undefined || value === null) continue;
    const known = toKnownParam(name, value);
    if (known === undefined) extensions[name] = value;
    else if (!isEmptyStop(known)) Object.assign(params, paramValue(name, known));
  }
  return { params, extensions };
}

function isObject(body: unknown): body is Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null && !Array.isArray(body);
}

/** `null` counts as absent in OpenAI's requests. */
function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function isEmptyStop(known: { readonly param: string; readonly value: JsonValue }): boolean {
  return known.param === "stop" && Array.isArray(known.value) && known.value.length === 0;
}

function paramValue(name: string, known: NonNullable<ReturnType<typeof toKnownParam>>): object {
  const parsed = parseParam(known.param, known.value);
  if (parsed.ok) return parsed.params;
  throw invalid(name, parsed.message);
}

function invalid(field: string, message: string): DomainError {
  return new DomainError("invalid_input", `${field}: ${message}.`, {
    details: { issues: [{ path: [field], message }], param: field },
  });
}

import { randomBytes } from "node:crypto";
import type { Generation } from "../reply/generation.ts";
import { countTokens, toTokens } from "../reply/tokens.ts";
import type { Frame } from "../server/answer.ts";
import { type JsonObject, toList } from "../server/json-object.ts";
import type { OpenAIProfile, ReasoningForm } from "./profiles/openai-profile.ts";

/** What stays the same through one answer. */
export type Completion = {
  id: string;
  created: number;
  model: string;
  profile: OpenAIProfile;
  body: JsonObject;
};

export function startCompletion(profile: OpenAIProfile, body: JsonObject, model: string): Completion {
  const id = `${profile.idPrefix}${randomBytes(12).toString("hex")}`;
  return { id, created: Math.floor(Date.now() / 1000), model, profile, body };
}

/** A chunk with one choice. */
export function toChunk(
  completion: Completion,
  index: number,
  { delta, finish = null, token }: { delta: JsonObject; finish?: string | null; token?: string },
): JsonObject {
  const logprobs = token !== undefined && completion.body["logprobs"] === true ? toLogprobs([token]) : null;
  return {
    ...chunkHead(completion),
    choices: [{ index, delta, logprobs, finish_reason: finish }],
    ...(wantsUsage(completion) && completion.profile.usage === "on-request" && { usage: null }),
  };
}

/** What every chunk begins with. */
export function chunkHead({ id, created, model, profile }: Completion): JsonObject {
  return { id, object: "chat.completion.chunk", created, model, ...profile.extras };
}

/** The deltas of a choice in order: role, reasoning, text, tool calls with their arguments in fragments. */
export function* toDeltas(
  { reasoning, text, toolCalls }: Generation,
  { profile }: Completion,
): Generator<{ delta: JsonObject; token?: string }> {
  yield* toReasoningDeltas(reasoning, profile);
  for (const token of text) yield { delta: { content: token }, token };
  for (const [index, call] of toolCalls.entries()) {
    const name = profile.toToolName(call.name);
    const place = profile.hasCallIndex ? { index } : {};
    const head = { id: profile.newCallId(), type: "function", function: { name, arguments: "" } };
    const pieces = toFragments(JSON.stringify(call.arguments));
    if (!profile.hasCallIndex) {
      // Without an index nobody could put fragments together: the call comes whole.
      yield { delta: { tool_calls: [{ ...head, function: { name, arguments: pieces.join("") } }] } };
      continue;
    }
    yield { delta: { tool_calls: [{ ...place, ...head }] } };
    for (const piece of pieces) {
      yield { delta: { tool_calls: [{ ...place, function: { arguments: piece } }] } };
    }
  }
}

function* toReasoningDeltas(
  tokens: string[],
  { reasoning: form }: OpenAIProfile,
): Generator<{ delta: JsonObject }> {
  if (form === undefined || tokens.length === 0) return;
  if (form !== "think-tags") {
    for (const token of tokens) yield { delta: toReasoning(form, token) };
    return;
  }
  for (const token of ["<thi", "nk>", ...tokens, "</th", "ink>\n\n"]) yield { delta: { content: token } };
}

function toReasoning(form: Exclude<ReasoningForm, "think-tags">, text: string): JsonObject {
  switch (form) {
    case "reasoning_content":
    case "reasoning":
      return { [form]: text };
    case "reasoning-and-details":
      return { reasoning: text, reasoning_details: [{ type: "reasoning.text", text }] };
    case "content-parts":
      return { content: [{ type: "thinking", thinking: [{ type: "text", text }] }] };
  }
}

/** The whole answer of a call that is not streamed. */
export function toWhole(completion: Completion, generations: Generation[]): JsonObject {
  const { id, created, model, profile, body } = completion;
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: generations.map((generation, index) => ({
      index,
      message: toMessage(generation, completion),
      logprobs: body["logprobs"] === true ? toLogprobs(generation.text) : null,
      finish_reason: profile.finishReasons[generation.finish] ?? generation.finish,
    })),
    usage: toUsage(generations),
    ...profile.extras,
    ...profile.lastExtras,
  };
}

export function toUsage(generations: Generation[]): JsonObject {
  const promptTokens = generations[0]?.promptTokens ?? 0;
  const completionTokens = generations.reduce((sum, choice) => sum + choice.completionTokens, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: generations.reduce((sum, choice) => sum + choice.reasoningTokens, 0),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

export function wantsUsage({ body }: Completion): boolean {
  const { stream_options: options } = body;
  return typeof options === "object" && options !== null && Reflect.get(options, "include_usage") === true;
}

export const doneFrame: Frame = { kind: "done", raw: "data: [DONE]\n\n" };

function toMessage({ reasoning, text, toolCalls }: Generation, { profile }: Completion): JsonObject {
  const content = text.join("");
  const thought = reasoning.join("");
  const form = profile.reasoning;
  const shown: JsonObject =
    form === undefined || thought === ""
      ? {}
      : form === "think-tags"
        ? { content: `<think>${thought}</think>\n\n${content}` }
        : toReasoning(form, thought);
  const parts = toList(shown["content"]);
  return {
    role: "assistant",
    content: content === "" && toolCalls.length > 0 ? null : content,
    ...shown,
    ...(parts.length > 0 && { content: [...parts, { type: "text", text: content }] }),
    ...(toolCalls.length > 0 && {
      tool_calls: toolCalls.map(({ name, arguments: args }) => ({
        id: profile.newCallId(),
        type: "function",
        function: { name: profile.toToolName(name), arguments: JSON.stringify(args) },
      })),
    }),
    refusal: null,
    annotations: [],
  };
}

function toLogprobs(tokens: string[]): JsonObject {
  const content = tokens.map((token) => ({
    token,
    logprob: -0.25,
    bytes: [...Buffer.from(token)],
    top_logprobs: [],
  }));
  return { content, refusal: null };
}

function toFragments(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / 3));
  return countTokens(text) > 6 ? toTokens(text) : (text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []);
}

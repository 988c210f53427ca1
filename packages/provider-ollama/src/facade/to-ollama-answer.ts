import type {
  ChatCompletion,
  FinishReason,
  JsonObject,
  TokenLogprob,
  TokenUsage,
  ToolCall,
} from "@corral/core";
import { asObject, invalidResponse, parseUpstreamJson } from "@corral/provider-kit";
import type { OllamaLineShape } from "../ollama-stream-converter.ts";

/** What the pieces of an answer have in common. */
export type OllamaAnswerHead = {
  /** The name that was asked for. */
  readonly model: string;
  /** Where text stands: in a message, or as a response. */
  readonly shape: OllamaLineShape;
};

/** When things happened, in milliseconds since 1970. */
export type OllamaTiming = {
  readonly startedAt: number;
  readonly endedAt: number;
  /** When the first piece of the answer came; unknown for an answer that came whole. */
  readonly firstAt?: number | undefined;
};

export type OllamaPiece = {
  readonly text?: string;
  readonly thinking?: string;
  readonly toolCalls?: readonly JsonObject[];
  readonly logprobs?: readonly TokenLogprob[];
};

/** A whole answer as one object. @throws DomainError `upstream_invalid_response` for arguments that are no object. */
export function toOllamaAnswer(
  { choices: [choice], usage }: ChatCompletion,
  head: OllamaAnswerHead,
  timing: OllamaTiming,
): JsonObject {
  const piece: OllamaPiece = {
    text: (choice?.text ?? "") + (choice?.refusal ?? ""),
    ...(choice?.reasoning && { thinking: choice.reasoning }),
    ...(choice && choice.toolCalls.length > 0 && { toolCalls: choice.toolCalls.map(toOllamaCall) }),
    ...(choice?.logprobs && { logprobs: choice.logprobs }),
  };
  return toLastLine({ head, piece, timing, usage, reason: toDoneReason(choice?.finishReason ?? "stop") });
}

/** The answer to a request that only moves a model in or out of memory. */
export function toOllamaLoadAnswer(
  reason: "load" | "unload",
  head: OllamaAnswerHead,
  at: number = Date.now(),
): JsonObject {
  return { ...toHead(head, at), ...toBody(head.shape, {}), done: true, done_reason: reason };
}

/** A line that others follow. */
export function toLine(head: OllamaAnswerHead, piece: OllamaPiece, at: number): JsonObject {
  return { ...toHead(head, at), ...toBody(head.shape, piece), done: false };
}

/** The line that ends an answer: why, how long it took, how much it was. */
export function toLastLine({
  head,
  piece,
  timing,
  usage,
  reason,
}: {
  readonly head: OllamaAnswerHead;
  readonly piece: OllamaPiece;
  readonly timing: OllamaTiming;
  readonly usage: TokenUsage | undefined;
  readonly reason: "stop" | "length";
}): JsonObject {
  const { startedAt, endedAt, firstAt = startedAt } = timing;
  return {
    ...toHead(head, endedAt),
    ...toBody(head.shape, piece),
    done: true,
    done_reason: reason,
    total_duration: toNanoseconds(endedAt - startedAt),
    load_duration: 0,
    ...(usage && { prompt_eval_count: usage.promptTokens }),
    prompt_eval_duration: toNanoseconds(firstAt - startedAt),
    ...(usage && { eval_count: usage.completionTokens }),
    eval_duration: toNanoseconds(endedAt - firstAt),
  };
}

/** Ollama has no reason of its own for tool calls and filters. */
export function toDoneReason(reason: FinishReason): "stop" | "length" {
  return reason === "length" ? "length" : "stop";
}

/** A call with its arguments as an object. @throws DomainError `upstream_invalid_response` when they are none. */
export function toOllamaCall(
  { id, function: { name, arguments: text } }: ToolCall,
  index: number,
): JsonObject {
  const values = text.trim() === "" ? {} : asObject(parseUpstreamJson(text));
  if (values === undefined)
    throw invalidResponse("The provider gave a tool call whose arguments are no object.");
  return { id, function: { index, name, arguments: values } };
}

function toHead({ model }: OllamaAnswerHead, at: number): JsonObject {
  return { model, created_at: new Date(at).toISOString() };
}

function toBody(
  shape: OllamaLineShape,
  { text = "", thinking, toolCalls, logprobs }: OllamaPiece,
): JsonObject {
  const more = thinking === undefined ? {} : { thinking };
  const probabilities = logprobs && logprobs.length > 0 ? { logprobs: logprobs.map(toOllamaLogprob) } : {};
  if (shape === "generate") return { response: text, ...more, ...probabilities };
  const calls = toolCalls === undefined ? {} : { tool_calls: toolCalls };
  return { message: { role: "assistant", content: text, ...more, ...calls }, ...probabilities };
}

function toOllamaLogprob({ bytes, top_logprobs: top, ...token }: TokenLogprob): JsonObject {
  return {
    ...token,
    ...(bytes && { bytes }),
    ...(top.length > 0 && {
      top_logprobs: top.map(({ bytes, ...other }) => ({ ...other, ...(bytes && { bytes }) })),
    }),
  };
}

function toNanoseconds(durationMs: number): number {
  return Math.max(0, Math.round(durationMs * 1e6));
}

import type { JsonObject, JsonValue } from "../json.ts";
import type { ToolCall } from "./chat-message.ts";

/** Why a model stopped. */
export const finishReasons = ["stop", "length", "tool_calls", "content_filter", "other"] as const;
export type FinishReason = (typeof finishReasons)[number];

/** Counts in tokens; absent when the provider does not say. */
export type TokenUsage = {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens?: number;
  readonly reasoningTokens?: number;
};

export type TokenLogprob = {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
  readonly top_logprobs: readonly {
    readonly token: string;
    readonly logprob: number;
    readonly bytes: readonly number[] | null;
  }[];
};

/** One step of a streamed answer. `choice` counts from 0. */
export type ChatStreamPart =
  | { readonly type: "message-start"; readonly choice: number }
  | { readonly type: "text-delta"; readonly choice: number; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly choice: number; readonly text: string }
  | { readonly type: "refusal-delta"; readonly choice: number; readonly text: string }
  | {
      readonly type: "tool-call-start";
      readonly choice: number;
      readonly index: number;
      readonly id: string;
      readonly name: string;
    }
  | {
      readonly type: "tool-call-arguments-delta";
      readonly choice: number;
      readonly index: number;
      readonly text: string;
    }
  | { readonly type: "tool-call-end"; readonly choice: number; readonly index: number }
  | { readonly type: "logprobs"; readonly choice: number; readonly content: readonly TokenLogprob[] }
  | { readonly type: "usage"; readonly usage: TokenUsage }
  | {
      readonly type: "finish";
      readonly choice: number;
      readonly reason: FinishReason;
      readonly raw: string | null;
    }
  | RawChunkPart;

/** One parsed chunk of an OpenAI-dialect upstream, for a consumer of that dialect. */
export type RawChunkPart = {
  readonly type: "raw";
  readonly chunk: JsonObject;
  /** Where the chunk is an earlier one with other texts, so that it can be written again without being read. */
  readonly repeat?: ChunkRepeat;
};

export type ChunkRepeat = {
  /** The same object for all chunks that repeat an earlier one. */
  readonly shape: ChunkShape;
  /** What stands in place of each placeholder, as between the quotes of a JSON string. */
  readonly texts: readonly string[];
};

export type ChunkShape = {
  /** The chunk with a placeholder, unlike anything else in it, for each string that changes. */
  readonly template: JsonObject;
  readonly placeholders: readonly string[];
};

export type ChatChoice = {
  readonly index: number;
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string | null;
  readonly toolCalls: readonly ToolCall[];
  readonly logprobs: readonly TokenLogprob[] | null;
  readonly finishReason: FinishReason;
  readonly rawFinishReason: string | null;
};

/** A whole answer. */
export type ChatCompletion = {
  readonly choices: readonly ChatChoice[];
  readonly usage: TokenUsage | undefined;
  /** The parsed body of an OpenAI-dialect upstream when the request preferred it. */
  readonly raw?: { readonly [key: string]: JsonValue };
};

import type { JsonObject } from "../server/json-object.ts";

export type ReplyTurn = { role: string; content: string; images: number };

/** What a model is asked, the same for every protocol and endpoint. */
export type ReplyRequest = {
  model: string;
  /** The latest user message, or the prompt. */
  prompt: string;
  /** Every system and developer message, in order; a model's own comes first. */
  system: string[];
  turns: ReplyTurn[];
  /** Generation settings exactly as they arrived. */
  options: JsonObject;
  tools: ReplyTool[];
  /** Name of the tool the caller insists on. */
  forcedTool: string | undefined;
  /** A JSON Schema, `"json"`, or undefined. */
  format: unknown;
  /** Whether the model is to think aloud. */
  thinks: boolean;
  /** The whole request body. */
  body: JsonObject;
};

export type ReplyTool = { name: string; parameters: JsonObject };
export type ToolCall = { name: string; arguments: JsonObject };

export type Reply = {
  /** A list is emitted piece by piece as it is, and no stop sequence applies to it. */
  text: string | string[];
  reasoning?: string;
  toolCalls?: ToolCall[];
  /** Overrides `stop`, `length` or `tool_calls`, for instance with `content_filter`. */
  finish?: string;
  /** Comes whole, whatever limit or stop sequence the caller set. */
  ignoresLimits?: boolean;
};

/** The mind of a simulated model. */
export type ReplyFunction = (request: ReplyRequest) => string | Reply | Promise<string | Reply>;

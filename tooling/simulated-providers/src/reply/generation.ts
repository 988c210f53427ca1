import type { Reply, ReplyFunction, ReplyRequest, ToolCall } from "./reply.ts";
import { countTokens, toTokens } from "./tokens.ts";

/** A reply cut into what a model would emit, with its counts. */
export type Generation = {
  reasoning: string[];
  text: string[];
  toolCalls: ToolCall[];
  /** `stop`, `length`, `tool_calls`, or what the reply insists on. */
  finish: string;
  promptTokens: number;
  completionTokens: number;
  reasoningTokens: number;
};

export type GenerationLimits = { maxTokens: number | undefined; stop: string[] };

/** Lets the reply function speak and applies the limits a real model obeys. */
export async function generate(
  request: ReplyRequest,
  reply: ReplyFunction,
  { maxTokens = Number.POSITIVE_INFINITY, stop }: GenerationLimits,
): Promise<Generation> {
  const answer = await reply(request);
  const {
    text,
    reasoning = "",
    toolCalls = [],
    finish,
  }: Reply = typeof answer === "string" ? { text: answer } : answer;
  const thought = toTokens(reasoning).slice(0, maxTokens);
  const spoken = toTokens(cutAtStop(text, stop));
  const kept = spoken.slice(0, Math.max(0, maxTokens - thought.length));
  const isCut = kept.length < spoken.length || (thought.length === maxTokens && spoken.length > 0);
  const natural = isCut ? "length" : toolCalls.length > 0 ? "tool_calls" : "stop";
  const callTokens = toolCalls.reduce((sum, call) => sum + countTokens(JSON.stringify(call)), 0);
  return {
    reasoning: thought,
    text: kept,
    toolCalls,
    finish: finish ?? natural,
    promptTokens: request.turns.reduce((sum, { content }) => sum + countTokens(content), 1),
    completionTokens: thought.length + kept.length + callTokens,
    reasoningTokens: thought.length,
  };
}

function cutAtStop(text: string, stop: string[]): string {
  const ends = stop.filter((mark) => mark !== "").map((mark) => text.indexOf(mark));
  const found = ends.filter((at) => at >= 0);
  return found.length > 0 ? text.slice(0, Math.min(...found)) : text;
}

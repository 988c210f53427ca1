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

export type GenerationLimits = { maxTokens?: number | undefined; stop: string[] };

const unlimited: GenerationLimits = { stop: [] };

/** Lets the reply function speak and applies the limits a real model obeys. */
export async function generate(
  request: ReplyRequest,
  reply: ReplyFunction,
  limits: GenerationLimits,
): Promise<Generation> {
  const answer = await reply(request);
  const said: Reply = typeof answer === "string" ? { text: answer } : answer;
  const { toolCalls = [], finish } = said;
  const { maxTokens = Number.POSITIVE_INFINITY, stop } = said.ignoresLimits ? unlimited : limits;
  const reasoning = toTokens(said.reasoning ?? "").slice(0, maxTokens);
  const whole = Array.isArray(said.text) ? said.text : toTokens(cutAtStop(said.text, stop));
  const text = whole.slice(0, Math.max(0, maxTokens - reasoning.length));
  const natural = text.length < whole.length ? "length" : toolCalls.length > 0 ? "tool_calls" : "stop";
  const callTokens = toolCalls.reduce((sum, call) => sum + countTokens(JSON.stringify(call)), 0);
  return {
    reasoning,
    text,
    toolCalls,
    finish: finish ?? natural,
    promptTokens: request.turns.reduce((sum, { content }) => sum + countTokens(content), 1),
    completionTokens: reasoning.length + text.length + callTokens,
    reasoningTokens: reasoning.length,
  };
}

function cutAtStop(text: string, stop: string[]): string {
  const ends = stop.filter((mark) => mark !== "").map((mark) => text.indexOf(mark));
  const found = ends.filter((at) => at >= 0);
  return found.length > 0 ? text.slice(0, Math.min(...found)) : text;
}

import { sampleOf } from "./schema-sample.ts";
import type { Reply, ReplyRequest } from "./reply.ts";

/** In a user message, asks the default reply to answer with what it received, as JSON. */
export const inspectMark = "__inspect__";

/** What the default reply answers to {@link inspectMark}. */
export type InspectedRequest = Pick<ReplyRequest, "model" | "system" | "turns" | "options" | "format"> & {
  tools: string[];
};

/**
 * Answers the same to the same: an echo; JSON where a format asks for it; a call of a tool that is
 * forced, or named in the latest user message, unless its result is already there.
 */
export function defaultReply(request: ReplyRequest): Reply {
  const { prompt, thinks } = request;
  const tool = request.tools.find(({ name }) => name === request.forcedTool || prompt.includes(name));
  if (prompt.includes(inspectMark)) return { text: inspect(request), ignoresLimits: true };
  const reasoning = thinks ? { reasoning: `The user said: ${prompt}` } : {};
  if (tool && request.turns.at(-1)?.role !== "tool") {
    const call = { name: tool.name, arguments: toArguments(sampleOf(tool.parameters)) };
    return { text: "", toolCalls: [call], ...reasoning };
  }
  return { text: toText(request), ...reasoning };
}

function toText({ format, prompt }: ReplyRequest): string {
  if (format === "json") return JSON.stringify({ reply: `You said: ${prompt}` });
  if (typeof format === "object" && format !== null) return JSON.stringify(sampleOf(format));
  return `You said: ${prompt}`;
}

function toArguments(sample: unknown): { [key: string]: unknown } {
  return typeof sample === "object" && sample !== null && !Array.isArray(sample) ? { ...sample } : {};
}

function inspect({ model, system, turns, options, format, tools }: ReplyRequest): string {
  const names = tools.map(({ name }) => name);
  const inspected: InspectedRequest = { model, system, turns, options, format, tools: names };
  return JSON.stringify(inspected);
}

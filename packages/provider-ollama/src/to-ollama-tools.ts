import {
  DomainError,
  type ChatTool,
  type JsonObject,
  type JsonValue,
  type ParamNote,
  type ProviderChatRequest,
  type ToolChoice,
} from "@corral/core";
import { ollamaRequestFields } from "./ollama-param-table.ts";

/**
 * Ollama cannot be forced to call a tool; the closest is to show it only those that were asked for.
 *
 * @throws DomainError `unsupported_feature` for tools that are no functions
 */
export function toOllamaTools({ tools = [], toolChoice, parallelToolCalls }: ProviderChatRequest): {
  readonly tools: readonly JsonValue[];
  readonly notes: readonly ParamNote[];
} {
  if (tools.length === 0 || toolChoice === "none") return { tools: [], notes: [] };
  const notes: ParamNote[] = [];
  if (toolChoice === "required" || typeof toolChoice === "object") {
    notes.push({ param: "tool_choice", action: "dropped", reason: "Ollama cannot be made to call a tool" });
  }
  if (parallelToolCalls === false) {
    notes.push({
      param: "parallel_tool_calls",
      action: "dropped",
      reason: ollamaRequestFields.parallel_tool_calls.to.dropped,
    });
  }
  return { tools: tools.filter((tool) => isChosen(tool, toolChoice)).map(toOllamaTool), notes };
}

function isChosen(tool: ChatTool, choice: ToolChoice | undefined): boolean {
  return typeof choice !== "object" || choice.function.name === tool.function.name;
}

function toOllamaTool({ type, function: { name, description, parameters } }: ChatTool): JsonObject {
  // Untyped callers may send OpenAI's custom tools.
  if ((type as string) !== "function") {
    throw new DomainError("unsupported_feature", "Ollama calls functions only; leave other tools out.", {
      details: { param: "tools" },
    });
  }
  return {
    type: "function",
    function: { name, ...(description !== undefined && { description }), ...(parameters && { parameters }) },
  };
}

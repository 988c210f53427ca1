import {
  DomainError,
  type ChatTool,
  type JsonObject,
  type JsonValue,
  type ParamNote,
  type ProviderChatRequest,
  type ToolChoice,
} from "@corral/core";
import { asArray, asObject, asText } from "@corral/provider-kit";
import { wrongField } from "./check-ollama-option.ts";
import { ollamaRequestFields } from "./ollama-param-table.ts";

/**
 * Ollama cannot be forced to call a tool; the closest is to show it only those that were asked for.
 *
 * @throws DomainError `unsupported_feature` for tools that are no functions, `invalid_input` for a choice of a tool that
 * is not there
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
  tools.forEach(assertFunction);
  const names = chosenNames(toolChoice);
  const chosen = tools.filter((tool) => names === undefined || names.includes(tool.function.name));
  if (chosen.length === 0) throw wrongField(["tool_choice"], "names no tool of the request");
  return { tools: chosen.map(toOllamaTool), notes };
}

/** The tools that a choice names: one function, or OpenAI's list of allowed ones. */
function chosenNames(choice: ToolChoice | undefined): readonly string[] | undefined {
  if (typeof choice !== "object") return undefined;
  // safe: it came out of JSON, and may be a form that the type does not know
  const { function: one, allowed_tools: allowed } = choice as JsonObject;
  const several = asArray(asObject(allowed)?.["tools"]).map((tool) => asObject(tool)?.["function"]);
  return [one, ...several].flatMap((named) => asText(asObject(named)?.["name"]) ?? []);
}

function assertFunction(tool: ChatTool): void {
  // Callers without types may send OpenAI's custom tools.
  if ((tool.type as string) === "function") return;
  throw new DomainError("unsupported_feature", "Ollama calls functions only; leave other tools out.", {
    details: { param: "tools" },
  });
}

function toOllamaTool({ function: { name, description, parameters } }: ChatTool): JsonObject {
  return {
    type: "function",
    function: { name, ...(description !== undefined && { description }), ...(parameters && { parameters }) },
  };
}

import {
  DomainError,
  type ChatTool,
  type JsonObject,
  type JsonValue,
  type ParamNote,
  type ProviderChatRequest,
  type ToolChoice,
} from "@corral/core";
import { toOllamaMessages } from "./to-ollama-messages.ts";
import { toOllamaParams } from "./to-ollama-params.ts";

/**
 * The body of `POST /api/chat` for a request, and what was changed on the way. Pure.
 *
 * It always streams: a whole answer is collected from a stream, so that silence is noticed and an early end is an error.
 *
 * @throws DomainError `invalid_input`, `unsupported_feature`
 */
export function toOllamaChat(request: ProviderChatRequest): {
  readonly body: JsonObject;
  readonly notes: readonly ParamNote[];
} {
  if ((request.choiceCount ?? 1) > 1) {
    throw new DomainError("unsupported_feature", "Ollama gives one answer a request; leave `n` out.", {
      details: { param: "n" },
    });
  }
  const { fields, notes } = toOllamaParams(request.params, {
    extensions: request.extensions,
    facts: request.facts,
  });
  const tools = toOllamaTools(request);
  return {
    body: {
      model: request.model,
      messages: toOllamaMessages(request.messages, request.facts),
      stream: true,
      ...fields,
      ...(tools.tools.length > 0 && { tools: tools.tools }),
      ...(request.logprobs && { logprobs: true, top_logprobs: request.logprobs.top }),
    },
    notes: [...notes, ...tools.notes],
  };
}

/** Ollama cannot be forced to call a tool; the closest is to show it only those that were asked for. */
function toOllamaTools({ tools = [], toolChoice, parallelToolCalls }: ProviderChatRequest): {
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
      reason: "Ollama decides how many tools it calls",
    });
  }
  return { tools: tools.filter((tool) => isChosen(tool, toolChoice)).map(toOllamaTool), notes };
}

function isChosen(tool: ChatTool, choice: ToolChoice | undefined): boolean {
  return typeof choice !== "object" || choice.function.name === tool.function.name;
}

function toOllamaTool({ function: { name, description, parameters } }: ChatTool): JsonObject {
  return {
    type: "function",
    function: { name, ...(description !== undefined && { description }), ...(parameters && { parameters }) },
  };
}

import type { ChatTool, JsonObject, JsonValue, ParamNote, ProviderChatRequest } from "@corral/core";
import { reasoningFamilyOf } from "./reasoning-family.ts";
import type { Quirks } from "./servers/quirks.ts";
import { toOpenAIMessages } from "./to-openai-messages.ts";
import { reasonToDrop, toOpenAIParams, type Draft, type OpenAITarget } from "./to-openai-params.ts";

/** A body that is ready to be sent, and what was changed on the way to it. */
export type OpenAIChat = { readonly body: JsonObject; readonly notes: readonly ParamNote[] };

/**
 * The body of `POST /chat/completions` for a request, and what was changed on the way. Pure.
 *
 * @throws DomainError `invalid_input`
 */
export function toOpenAIChat(
  request: ProviderChatRequest,
  options: {
    readonly quirks: Quirks;
    readonly stream: boolean;
    /** The model that the request's name stands for, where the name tells nothing. */
    readonly baseModel?: string;
  },
): OpenAIChat {
  const { quirks, stream } = options;
  const target = toTarget(options.baseModel ?? request.model, request.facts, quirks);
  const { fields, notes } = toOpenAIParams(request.params, request.extensions, target);
  const told = toOpenAIMessages(request.messages, target);
  const asked = toRequestFields(request, target);
  return {
    body: {
      model: request.model,
      messages: told.messages,
      stream,
      // Without it a stream says nothing about tokens.
      ...(stream && quirks.asksForUsage && { stream_options: { include_usage: true } }),
      // None of these has one of the names above: see ownFields.
      ...fields,
      ...asked.fields,
    },
    notes: [...notes, ...told.notes, ...asked.notes],
  };
}

/** Whom a request for a model is for. */
export function toTarget(model: string, facts: ProviderChatRequest["facts"], quirks: Quirks): OpenAITarget {
  const family = quirks.families === "none" ? undefined : reasoningFamilyOf(model);
  return { quirks, model, family, facts };
}

/** What a request says beside its params: tools, choices, probabilities. */
function toRequestFields(request: ProviderChatRequest, target: OpenAITarget): Draft {
  const { parallelToolCalls, choiceCount, logprobs } = request;
  const draft: Draft = { fields: {}, notes: [] };
  const add = (param: string, values: JsonObject, problem?: string) => {
    const reason = problem ?? reasonToDrop(param, target, request.params.reasoning_effort);
    if (reason === undefined) Object.assign(draft.fields, values);
    else draft.notes.push({ param, action: "dropped", reason });
  };
  const { tools, choice } = chooseTools(request, target.quirks, draft.notes);
  const needsTools = tools.length === 0 ? "there are no tools" : undefined;
  // safe: parsed from JSON by its schema
  if (tools.length > 0) draft.fields["tools"] = tools as readonly JsonValue[];
  if (choice !== undefined) add("tool_choice", { tool_choice: choice }, needsTools);
  if (parallelToolCalls !== undefined)
    add("parallel_tool_calls", { parallel_tool_calls: parallelToolCalls }, needsTools);
  if (choiceCount !== undefined) addChoiceCount(choiceCount, target.quirks, draft);
  if (logprobs !== undefined) add("logprobs", { logprobs: true, top_logprobs: logprobs.top });
  return draft;
}

/** The tools and the choice among them, in the server's words. */
function chooseTools(
  { tools = [], toolChoice }: ProviderChatRequest,
  quirks: Quirks,
  notes: ParamNote[],
): { readonly tools: readonly ChatTool[]; readonly choice: JsonValue | undefined } {
  const param = "tool_choice";
  if (toolChoice === "required" && quirks.requiredToolChoice !== "required") {
    const to = quirks.requiredToolChoice;
    notes.push({ param, action: "converted", to, reason: `${quirks.label}'s word for it` });
    return { tools, choice: to };
  }
  if (typeof toolChoice === "object" && !quirks.namedToolChoice) {
    const { name } = toolChoice.function;
    const to = "required, with that tool alone";
    notes.push({ param, action: "converted", to, reason: `${quirks.label} takes no named tool` });
    return { tools: tools.filter((tool) => tool.function.name === name), choice: "required" };
  }
  // safe: parsed from JSON by its schema
  return { tools, choice: toolChoice as JsonValue | undefined };
}

/** As many answers as the server gives to one request. */
export function addChoiceCount(count: number, { label, maxChoices = count }: Quirks, draft: Draft): void {
  draft.fields["n"] = Math.min(count, maxChoices);
  if (count <= maxChoices) return;
  const reason = `${label} gives at most ${maxChoices} answer a request`;
  draft.notes.push({ param: "n", action: "clamped", to: String(maxChoices), reason });
}

import type { JsonObject, JsonValue, ParamNote, ProviderChatRequest } from "@corral/core";
import type { OpenAIProfile } from "./openai-base-url.ts";
import { reasoningFamilyOf, refusalOf } from "./reasoning-family.ts";
import { toOpenAIMessages } from "./to-openai-messages.ts";
import { toOpenAIParams, type OpenAITarget } from "./to-openai-params.ts";

export type ToOpenAIChatOptions = {
  readonly profile: OpenAIProfile;
  readonly stream: boolean;
  /** The model whose rules hold, where the id that is sent says nothing of it. */
  readonly baseModel?: string;
};

/**
 * The body of `POST /chat/completions` for a request, and what was changed on the way. Pure.
 *
 * @throws DomainError `invalid_input`
 */
export function toOpenAIChat(
  request: ProviderChatRequest,
  { profile, stream, baseModel = request.model }: ToOpenAIChatOptions,
): { readonly body: JsonObject; readonly notes: readonly ParamNote[] } {
  const target: OpenAITarget = { profile, family: reasoningFamilyOf(baseModel) };
  const { fields, notes } = toOpenAIParams(request.params, request.extensions, target);
  const asked = toRequestFields(request, target);
  return {
    body: {
      model: request.model,
      messages: toOpenAIMessages(request.messages, target),
      stream,
      // Without it a stream says nothing about tokens.
      ...(stream && { stream_options: { include_usage: true } }),
      // None of these has one of the names above: see ownFields.
      ...fields,
      ...asked.fields,
    },
    notes: [...notes, ...asked.notes],
  };
}

/** What a request says beside its params: tools, choices, probabilities. */
function toRequestFields(
  request: ProviderChatRequest,
  { family }: OpenAITarget,
): { readonly fields: JsonObject; readonly notes: readonly ParamNote[] } {
  const { tools = [], toolChoice, parallelToolCalls, choiceCount, logprobs } = request;
  const notes: ParamNote[] = [];
  const fields: Record<string, JsonValue> = {};
  const add = (param: string, values: JsonObject, problem?: string) => {
    const reason = problem ?? (family && refusalOf(param, family, request.params.reasoning_effort));
    if (reason === undefined) Object.assign(fields, values);
    else notes.push({ param, action: "dropped", reason });
  };
  const needsTools = tools.length === 0 ? "there are no tools" : undefined;
  // safe, both: parsed from JSON by their schemas
  if (tools.length > 0) fields["tools"] = tools as readonly JsonValue[];
  if (toolChoice !== undefined) add("tool_choice", { tool_choice: toolChoice as JsonValue }, needsTools);
  if (parallelToolCalls !== undefined)
    add("parallel_tool_calls", { parallel_tool_calls: parallelToolCalls }, needsTools);
  if (choiceCount !== undefined) fields["n"] = choiceCount;
  if (logprobs !== undefined) add("logprobs", { logprobs: true, top_logprobs: logprobs.top });
  return { fields, notes };
}

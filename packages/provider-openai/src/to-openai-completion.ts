import type { JsonObject, ProviderCompletionRequest } from "@corral/core";
import type { Quirks } from "./servers/quirks.ts";
import { addChoiceCount, toTarget, type OpenAIChat } from "./to-openai-chat.ts";
import { reasonToDrop, toOpenAIParams } from "./to-openai-params.ts";

/** What a chat knows and the older endpoint does not. */
const chatOnly: ReadonlySet<string> = new Set(["response_format", "reasoning_effort", "thinking"]);

/** Probabilities that the older endpoint gives for a token at most. */
const maxTop = 5;

/** The body of `POST /completions` for a prompt, and what was changed on the way. Pure. */
export function toOpenAICompletion(
  request: ProviderCompletionRequest,
  options: { readonly quirks: Quirks; readonly stream: boolean; readonly baseModel?: string },
): OpenAIChat {
  const { quirks: known, stream, baseModel = request.model } = options;
  // Its name for the limit never changed, and no model of a reasoning family is served here.
  const quirks: Quirks = { ...known, maxTokens: "max_tokens", families: "none" };
  const target = toTarget(baseModel, request.facts, quirks);
  const draft = toOpenAIParams(request.params, request.extensions, target);
  const { fields, notes } = draft;
  for (const name of Object.keys(fields).filter((field) => chatOnly.has(field))) {
    Reflect.deleteProperty(fields, name);
    notes.push({ param: name, action: "dropped", reason: "it belongs to chats" });
  }
  if (request.choiceCount !== undefined) addChoiceCount(request.choiceCount, quirks, draft);
  const { logprobs } = request;
  const refusal = logprobs && reasonToDrop("logprobs", target, undefined);
  if (refusal !== undefined) notes.push({ param: "logprobs", action: "dropped", reason: refusal });
  else if (logprobs !== undefined) {
    fields["logprobs"] = Math.min(logprobs.top, maxTop);
    if (logprobs.top > maxTop)
      notes.push({
        param: "logprobs",
        action: "clamped",
        to: String(maxTop),
        reason: "completions give at most 5",
      });
  }
  const body: JsonObject = {
    model: request.model,
    prompt: request.prompt,
    ...(request.suffix !== undefined && { suffix: request.suffix }),
    stream,
    ...(stream && quirks.asksForUsage && { stream_options: { include_usage: true } }),
    ...fields,
  };
  return { body, notes };
}

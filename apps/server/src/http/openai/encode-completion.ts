import type { ChatAnswer, ChatChoice, JsonObject, TokenUsage } from "@corral/core";

/** A whole answer as `chat.completion`. An upstream of the same dialect keeps all its fields but id and model. */
export function encodeCompletion(answer: ChatAnswer, id: string): JsonObject {
  const { completion, model } = answer;
  const { raw } = completion;
  const created = nowInSeconds();
  if (raw !== undefined) {
    // some servers leave out the time, which clients count on
    return { ...raw, id, object: "chat.completion", created: raw["created"] ?? created, model };
  }
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: completion.choices.map(encodeChoice),
    ...(completion.usage && { usage: encodeUsage(completion.usage) }),
  };
}

export function encodeUsage(usage: TokenUsage): JsonObject {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    ...(usage.cachedTokens !== undefined && { prompt_tokens_details: { cached_tokens: usage.cachedTokens } }),
    ...(usage.reasoningTokens !== undefined && {
      completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    }),
  };
}

export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

function encodeChoice(choice: ChatChoice): JsonObject {
  const toolCalls = choice.toolCalls.map((call) => ({
    id: call.id,
    type: "function",
    function: { name: call.function.name, arguments: call.function.arguments },
  }));
  return {
    index: choice.index,
    message: {
      role: "assistant",
      content: choice.text === "" && toolCalls.length > 0 ? null : choice.text,
      refusal: choice.refusal,
      ...(choice.reasoning !== "" && { reasoning_content: choice.reasoning }),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    },
    logprobs: choice.logprobs === null ? null : { content: choice.logprobs.map((token) => ({ ...token })) },
    finish_reason: choice.finishReason === "other" ? "stop" : choice.finishReason,
  };
}

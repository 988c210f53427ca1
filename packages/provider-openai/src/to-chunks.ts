import type { ChatCompletion, JsonObject, JsonValue } from "@corral/core";
import { asArray, asObject, asText, invalidResponse } from "@corral/provider-kit";

/**
 * A whole completion as the two chunks of a stream: the message, then the end.
 *
 * @throws DomainError `upstream_invalid_response` when the document is no completion
 */
export function toChunks(body: JsonObject): readonly JsonObject[] {
  const choices = asArray(body["choices"]).map((choice) => asObject(choice) ?? {});
  if (choices.length === 0) throw invalidResponse("The provider's answer is no chat completion.");
  const { usage = null, ...rest } = body;
  const frame = { ...rest, object: "chat.completion.chunk" };
  return [
    {
      ...frame,
      choices: choices.map(({ message, ...choice }) => ({
        ...choice,
        delta: withIndexes(asObject(message) ?? {}),
        finish_reason: null,
      })),
    },
    {
      ...frame,
      usage,
      // A document that arrived whole is complete, whatever its server says about the end.
      choices: choices.map((choice, at) => ({
        index: choice["index"] ?? at,
        delta: {},
        finish_reason: asText(choice["finish_reason"]) ?? "stop",
      })),
    },
  ];
}

function withIndexes(message: JsonObject): JsonObject {
  const calls = asArray(message["tool_calls"]);
  if (calls.length === 0) return message;
  return { ...message, tool_calls: calls.map((call, index) => ({ ...asObject(call), index })) };
}

/** The document that a stream stands for, for callers who asked for one and got events. */
export function toDocument(first: JsonObject | undefined, completion: ChatCompletion): JsonObject {
  const { promptTokens = 0, completionTokens = 0 } = completion.usage ?? {};
  const usage: JsonValue =
    completion.usage === undefined
      ? null
      : {
          prompt_tokens: promptTokens,
          completion_tokens: completionTokens,
          total_tokens: promptTokens + completionTokens,
        };
  return {
    ...first,
    object: "chat.completion",
    usage,
    choices: completion.choices.map((choice) => ({
      index: choice.index,
      message: {
        role: "assistant",
        content: choice.text === "" && choice.toolCalls.length > 0 ? null : choice.text,
        refusal: choice.refusal,
        ...(choice.reasoning !== "" && { reasoning_content: choice.reasoning }),
        // safe: made of strings
        ...(choice.toolCalls.length > 0 && { tool_calls: choice.toolCalls as readonly JsonValue[] }),
      },
      logprobs: choice.logprobs === null ? null : { content: choice.logprobs },
      finish_reason: choice.finishReason === "other" ? choice.rawFinishReason : choice.finishReason,
    })),
  };
}

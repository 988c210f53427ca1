import { DomainError, type ChatMessage, type JsonObject } from "@corral/core";
import type { OpenAITarget } from "./to-openai-params.ts";

/**
 * Messages as the server takes them: instructions in the role it knows, and no `reasoning_content` for OpenAI, which
 * refuses it. All else is sent as it came.
 *
 * @throws DomainError `invalid_input` when there are none
 */
export function toOpenAIMessages(
  messages: readonly ChatMessage[],
  target: OpenAITarget,
): readonly JsonObject[] {
  if (messages.length === 0) throw new DomainError("invalid_input", "The request has no messages.");
  // safe: parsed from JSON by the schema of messages
  return messages.map((message) => toOpenAIMessage(message, target) as JsonObject);
}

function toOpenAIMessage(message: ChatMessage, { profile, family }: OpenAITarget): ChatMessage {
  if (message.role === "system" && profile === "openai" && family !== undefined)
    return { ...message, role: "developer" };
  // Chat templates of open models know no developer.
  if (message.role === "developer" && profile === "compatible" && family === undefined)
    return { ...message, role: "system" };
  if (message.role === "assistant" && profile === "openai" && "reasoning_content" in message) {
    const { reasoning_content: _, ...rest } = message;
    return rest;
  }
  return message;
}

import type { ReplyTurn } from "../reply/reply.ts";
import { isJsonObject, type JsonObject, toJsonObject, toList, toText } from "../server/json-object.ts";
import { openAIError, type OpenAIState } from "./openai-state.ts";

const roles = ["system", "developer", "user", "assistant", "tool", "function"];

/** The conversation, or OpenAI's complaint about it. */
export function readMessages(state: OpenAIState, body: JsonObject): ReplyTurn[] {
  const { messages } = body;
  const fail = (message: string, param: string, code: string | null): Error =>
    openAIError(state, { status: 400, message, param, code });
  if (messages === undefined) {
    throw fail("Missing required parameter: 'messages'.", "messages", "missing_required_parameter");
  }
  if (!Array.isArray(messages)) {
    const message = "Invalid type for 'messages': expected an array of objects.";
    throw fail(message, "messages", "invalid_type");
  }
  if (messages.length === 0) {
    const message =
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.";
    throw fail(message, "messages", "empty_array");
  }
  return messages.map((message: unknown, index): ReplyTurn => {
    const { role, content, tool_calls: toolCalls, tool_call_id: callId } = toJsonObject(message);
    const at = `messages[${index}]`;
    if (typeof role !== "string" || !roles.includes(role)) {
      const shown = roles.map((known) => `'${known}'`).join(", ");
      const text = `Invalid value: '${toText(role)}'. Supported values are: ${shown}.`;
      throw fail(text, `${at}.role`, "invalid_value");
    }
    const isOptional = role === "assistant" && (toList(toolCalls).length > 0 || content === undefined);
    if ((content === null || content === undefined) && !isOptional) {
      throw fail(`Invalid value for 'content': expected a string, got null.`, `${at}.content`, null);
    }
    if (role === "tool" && typeof callId !== "string") {
      const text = `Missing required parameter: '${at}.tool_call_id'.`;
      throw fail(text, `${at}.tool_call_id`, "missing_required_parameter");
    }
    return { role, ...readContent(content) };
  });
}

function readContent(content: unknown): { content: string; images: number } {
  if (typeof content === "string") return { content, images: 0 };
  const parts = toList(content).filter(isJsonObject);
  return {
    content: parts.map((part) => toText(part["text"]) || toText(part["refusal"])).join(""),
    images: parts.filter((part) => part["type"] === "image_url").length,
  };
}

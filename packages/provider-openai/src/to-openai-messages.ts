import { DomainError, type ChatMessage, type JsonObject, type JsonValue, type ParamNote } from "@corral/core";
import { asArray, asObject, asText } from "@corral/provider-kit";
import type { Quirks } from "./servers/quirks.ts";
import type { OpenAITarget } from "./to-openai-params.ts";
import { toShortCallId } from "./to-short-call-id.ts";

type Message = Record<string, JsonValue>;
type Step = (message: Message) => Message;

/**
 * Messages as the server takes them: instructions in the role that it knows, reasoning where and as it wants it back.
 * All else is sent as it came.
 *
 * @throws DomainError `invalid_input` when there are none
 */
export function toOpenAIMessages(
  messages: readonly ChatMessage[],
  target: OpenAITarget,
): { readonly messages: readonly JsonObject[]; readonly notes: readonly ParamNote[] } {
  if (messages.length === 0) throw new DomainError("invalid_input", "The request has no messages.");
  const { quirks } = target;
  const lastUser = messages.findLastIndex((message) => message.role === "user");
  const steps: Step[] = quirks.shortCallIds ? [toShortCallIds] : [];
  const notes: ParamNote[] = [];
  if (!quirks.messageNames && messages.some((message) => "name" in message)) {
    steps.push(withoutName);
    const reason = `${quirks.label} takes no names on messages`;
    notes.push({ param: "messages[].name", action: "dropped", reason });
  }
  const converted = messages.map((given, at) => {
    // safe: parsed from JSON by the schema of messages
    let message = given as unknown as Message;
    if (given.role === "assistant") message = toKnownReasoning(message, quirks, at > lastUser);
    else if (given.role === "system" || given.role === "developer") message = toKnownRole(message, target);
    for (const step of steps) message = step(message);
    return message;
  });
  return { messages: converted, notes };
}

function toKnownRole(message: Message, { quirks, family }: OpenAITarget): Message {
  const { role } = message;
  if (role === "system" && quirks.developerRole === "always" && family !== undefined)
    return { ...message, role: family.instructions };
  if (role === "system") return message;
  if (family !== undefined && quirks.developerRole !== "never")
    return { ...message, role: family.instructions };
  // Chat templates of open models know no developer.
  return quirks.developerRole === "always" ? message : { ...message, role: "system" };
}

/** @param isPresentTurn The message belongs to the turn that is being answered. */
function toKnownReasoning(message: Message, quirks: Quirks, isPresentTurn: boolean): Message {
  const { when, as } = quirks.reasoningBack;
  if (when === "never" || (when === "tool-loops" && !isPresentTurn)) return withoutReasoning(message);
  const text = asText(message["reasoning_content"]) ?? asText(message["reasoning"]);
  if (text === undefined || as === undefined) return message;
  const { reasoning_content: _, reasoning: __, ...rest } = message;
  if (as !== "parts") return { ...rest, [as]: text };
  const { content } = rest;
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : asArray(content);
  return { ...rest, content: [{ type: "thinking", thinking: [{ type: "text", text }] }, ...parts] };
}

function withoutReasoning(message: Message): Message {
  if (!("reasoning_content" in message || "reasoning" in message || "reasoning_details" in message))
    return message;
  const { reasoning_content: _, reasoning: __, reasoning_details: ___, ...rest } = message;
  return rest;
}

function withoutName(message: Message): Message {
  // On a tool's result it is the tool's name, which does no harm anywhere.
  if (!("name" in message) || message["role"] === "tool") return message;
  const { name: _, ...rest } = message;
  return rest;
}

function toShortCallIds(message: Message): Message {
  const id = asText(message["tool_call_id"]);
  if (id !== undefined) return { ...message, tool_call_id: toShortCallId(id) };
  const calls = asArray(message["tool_calls"]);
  if (calls.length === 0) return message;
  const renamed = calls.map((call) => {
    const object = asObject(call) ?? {};
    return { ...object, id: toShortCallId(asText(object["id"]) ?? "") };
  });
  return { ...message, tool_calls: renamed };
}

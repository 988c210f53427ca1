import {
  DomainError,
  type ChatMessage,
  type ContentPart,
  type JsonObject,
  type ModelFacts,
  type ParamNote,
} from "@corral/core";
import { can, type OllamaServer } from "./ollama-server.ts";
import { isAtLeast } from "./ollama-version.ts";
import { toOllamaAudio, toOllamaImage, type MessagePath } from "./to-ollama-images.ts";

/** The release that first heard what stands among the images. */
const audioSince = "0.20.0";

type Target = { readonly facts: ModelFacts | undefined; readonly server: OllamaServer };
type Place = Target & { readonly path: MessagePath };

/**
 * Converts messages to Ollama's form: text as one string, images as base64 beside it, tool arguments as objects.
 *
 * @throws DomainError `invalid_input` for no messages (Ollama would load the model) and for what cannot be read;
 * `unsupported_feature` for content that Ollama or the model cannot take.
 */
export function toOllamaMessages(
  messages: readonly ChatMessage[],
  target: Target,
): { readonly messages: JsonObject[]; readonly notes: readonly ParamNote[] } {
  if (messages.length === 0) throw new DomainError("invalid_input", "The request has no messages.");
  const toolNames = new Map<string, string>();
  const converted = messages.map((message, at) => {
    const place = { ...target, path: ["messages", at] };
    if (message.role === "tool") return toToolResult(message, toolNames, place);
    if (message.role !== "assistant")
      return { role: message.role === "user" ? "user" : "system", ...toContent(message.content, place) };
    for (const call of message.tool_calls ?? []) toolNames.set(call.id, call.function.name);
    return toAssistant(message, place);
  });
  const isNamed = messages.some(({ role, name }) => role !== "tool" && name !== undefined && name !== null);
  return {
    messages: converted,
    notes: isNamed
      ? [{ param: "messages.name", action: "dropped", reason: "Ollama's messages have no names" }]
      : [],
  };
}

/** A result goes with the latest call before it that has its id; its own name serves where there is none. */
function toToolResult(
  message: Extract<ChatMessage, { role: "tool" }>,
  toolNames: ReadonlyMap<string, string>,
  place: Place,
): JsonObject {
  const given = typeof message["name"] === "string" ? message["name"] : undefined;
  // Callers without types may leave the id out.
  const id: string | undefined = message.tool_call_id;
  const name = (id !== undefined ? toolNames.get(id) : undefined) ?? given;
  return {
    role: "tool",
    ...toContent(message.content, place),
    ...(id !== undefined && can(place.server, "toolCallIds") && { tool_call_id: id }),
    ...(name !== undefined && can(place.server, "toolName") && { tool_name: name }),
  };
}

function toAssistant(message: Extract<ChatMessage, { role: "assistant" }>, place: Place): JsonObject {
  const calls = message.tool_calls ?? [];
  return {
    role: "assistant",
    ...toContent(message.content ?? "", place),
    ...(typeof message.reasoning_content === "string" && { thinking: message.reasoning_content }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call, index) => ({
        ...(can(place.server, "toolCallIds") && { id: call.id }),
        function: {
          index,
          name: call.function.name,
          arguments: parseArguments(call.function.arguments, [...place.path, "tool_calls", index]),
        },
      })),
    }),
  };
}

function toContent(content: string | readonly ContentPart[], { path, facts, server }: Place): JsonObject {
  if (typeof content === "string") return { content };
  const texts: string[] = [];
  const images: string[] = [];
  for (const [at, part] of content.entries()) {
    const place = [...path, "content", at];
    switch (part.type) {
      case "text":
        texts.push(part.text);
        break;
      case "refusal":
        texts.push(part.refusal);
        break;
      case "image_url":
        assertCapable(facts, "vision", "read images");
        images.push(toOllamaImage(part, place));
        break;
      case "input_audio":
        assertCapable(facts, "audio", "hear audio");
        if (!isAtLeast(server.version, audioSince)) throw tooOldFor("audio", audioSince);
        images.push(toOllamaAudio(part, place));
        break;
      case "file":
        throw new DomainError("unsupported_feature", "Ollama cannot read files; send their text.", {
          details: { param: "messages", issues: [{ path: place, message: "must not be a file" }] },
        });
    }
  }
  return { content: texts.join("\n"), ...(images.length > 0 && { images }) };
}

/**
 * Some paths of the server drop an image silently when the model cannot see.
 *
 * @throws DomainError `unsupported_feature`
 */
export function assertCapable(
  facts: ModelFacts | undefined,
  capability: "vision" | "audio" | "insert",
  ability: string,
): void {
  if (facts?.capabilities === undefined || facts.capabilities.includes(capability)) return;
  throw new DomainError("unsupported_feature", `This model cannot ${ability}.`, {
    details: { param: "messages" },
  });
}

function tooOldFor(what: string, since: string): DomainError {
  return new DomainError("unsupported_feature", `This Ollama is too old for ${what}: it needs ${since}.`, {
    details: { param: "messages" },
  });
}

function parseArguments(text: string, path: MessagePath): JsonObject {
  if (text.trim() === "") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  // safe: an object out of JSON
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  throw new DomainError("invalid_input", "The arguments of a tool call are not a JSON object.", {
    details: {
      param: "messages",
      issues: [{ path: [...path, "function", "arguments"], message: "must be a JSON object as text" }],
    },
  });
}

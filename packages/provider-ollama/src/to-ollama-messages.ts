import {
  DomainError,
  type ChatMessage,
  type ContentPart,
  type JsonObject,
  type ModelFacts,
} from "@corral/core";
import { toOllamaAudio, toOllamaImage, type MessagePath } from "./to-ollama-images.ts";

/**
 * Converts messages to Ollama's form: text as one string, images as base64 beside it, tool arguments as objects.
 *
 * @throws DomainError `invalid_input` for no messages (Ollama would load the model) and for what cannot be read;
 * `unsupported_feature` for content that Ollama or the model cannot take.
 */
export function toOllamaMessages(
  messages: readonly ChatMessage[],
  facts: ModelFacts | undefined,
): JsonObject[] {
  if (messages.length === 0) throw new DomainError("invalid_input", "The request has no messages.");
  const toolNames = new Map<string, string>();
  return messages.map((message, at) => {
    const context = { path: ["messages", at], facts };
    if (message.role === "assistant") {
      for (const call of message.tool_calls ?? []) toolNames.set(call.id, call.function.name);
      return toAssistant(message, context);
    }
    const content = toContent(message.content, context);
    if (message.role !== "tool") return { role: message.role === "user" ? "user" : "system", ...content };
    const name = toolNames.get(message.tool_call_id);
    return {
      role: "tool",
      ...content,
      tool_call_id: message.tool_call_id,
      ...(name !== undefined && { tool_name: name }),
    };
  });
}

type Context = { readonly path: MessagePath; readonly facts: ModelFacts | undefined };

function toAssistant(message: Extract<ChatMessage, { role: "assistant" }>, context: Context): JsonObject {
  const calls = message.tool_calls ?? [];
  return {
    role: "assistant",
    ...toContent(message.content ?? "", context),
    ...(typeof message.reasoning_content === "string" && { thinking: message.reasoning_content }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call, index) => ({
        id: call.id,
        function: {
          index,
          name: call.function.name,
          arguments: parseArguments(call.function.arguments, [...context.path, "tool_calls", index]),
        },
      })),
    }),
  };
}

function toContent(content: string | readonly ContentPart[], { path, facts }: Context): JsonObject {
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

/** Some paths of the server drop an image silently when the model cannot see. */
function assertCapable(facts: ModelFacts | undefined, capability: "vision" | "audio", ability: string): void {
  if (facts?.capabilities === undefined || facts.capabilities.includes(capability)) return;
  throw new DomainError("unsupported_feature", `This model cannot ${ability}.`, {
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

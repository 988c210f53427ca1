import type { ChatMessage, ContentPart, ToolCall } from "@corral/core";
import { wrongField, type FieldPath } from "../check-ollama-option.ts";
import type { OllamaMessage } from "./ollama-bodies.ts";
import { sniffMedia } from "./sniff-media.ts";

/**
 * Converts Ollama's messages: images to `data:` URLs, arguments to text, and calls and results without ids to pairs of
 * ids: a result belongs to the first open call of its name, else to the first open one.
 *
 * @throws DomainError `invalid_input` for roles and images that are none
 */
export function fromOllamaMessages(messages: readonly OllamaMessage[]): ChatMessage[] {
  const calls = new CallIds(messages);
  return messages.map((message, at) => {
    const { role, content, thinking, tool_calls: made, tool_name: name } = message;
    switch (role.toLowerCase()) {
      case "system":
      case "developer":
        return { role: "system", content: content ?? "" };
      case "user":
        return { role: "user", content: toContent(message, ["messages", at, "images"]) };
      case "assistant": {
        const toolCalls = (made ?? []).map((call) => calls.open(call));
        return {
          role: "assistant",
          content: toolCalls.length > 0 && !content ? null : (content ?? ""),
          ...(thinking && { reasoning_content: thinking }),
          ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        };
      }
      case "tool":
        return {
          role: "tool",
          content: toContent(message, ["messages", at, "images"]),
          tool_call_id: calls.close(message),
          ...(name && { name }),
        };
      default:
        throw wrongField(["messages", at, "role"], "must be system, user, assistant or tool");
    }
  });
}

/** Text, or text and what stands beside it. */
export function toContent(
  { content, images }: Pick<OllamaMessage, "content" | "images">,
  imagesPath: FieldPath,
): string | ContentPart[] {
  if (!images || images.length === 0) return content ?? "";
  const parts = images.map((data, at) => {
    const part = sniffMedia(data);
    if (part !== undefined) return part;
    throw wrongField([...imagesPath, at], "must be base64 of PNG, JPEG, GIF, WebP, WAV or MP3");
  });
  return content ? [{ type: "text", text: content }, ...parts] : parts;
}

/** Ids of calls that have none: `call_0`, `call_1`, …, apart from those that are given. */
class CallIds {
  readonly #given: ReadonlySet<string>;
  readonly #open: { readonly id: string; readonly name: string }[] = [];
  #next = 0;

  constructor(messages: readonly OllamaMessage[]) {
    const ids = messages.flatMap((message) => [
      message.tool_call_id,
      ...(message.tool_calls ?? []).map(({ id }) => id),
    ]);
    this.#given = new Set(ids.filter((id) => typeof id === "string"));
  }

  open({
    id,
    function: { name, arguments: values },
  }: NonNullable<OllamaMessage["tool_calls"]>[number]): ToolCall {
    const call = { id: id || this.#newId(), name };
    this.#open.push(call);
    return { id: call.id, type: "function", function: { name, arguments: JSON.stringify(values ?? {}) } };
  }

  close({ tool_call_id: id, tool_name: name }: OllamaMessage): string {
    const matches = this.#open.findIndex((call) => (id ? call.id === id : call.name === name));
    const at = matches < 0 && !id ? 0 : matches;
    const [call] = at < 0 ? [] : this.#open.splice(at, 1);
    return id || call?.id || this.#newId();
  }

  #newId(): string {
    for (;;) {
      const id = `call_${this.#next}`;
      this.#next += 1;
      if (!this.#given.has(id)) return id;
    }
  }
}

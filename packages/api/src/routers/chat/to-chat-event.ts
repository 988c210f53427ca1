import type { ChatStreamPart } from "@corral/core";
import type { ChatEvent } from "./chat-schemas.ts";

/** A part as the typed client sees it; `undefined` for parts that it has no use for. */
export function toChatEvent(part: ChatStreamPart): ChatEvent | undefined {
  switch (part.type) {
    case "text-delta":
      return { type: "text", choice: part.choice, text: part.text };
    case "reasoning-delta":
      return { type: "reasoning", choice: part.choice, text: part.text };
    case "refusal-delta":
      return { type: "refusal", choice: part.choice, text: part.text };
    case "tool-call-start":
      return { type: "tool-call", choice: part.choice, index: part.index, id: part.id, name: part.name };
    case "tool-call-arguments-delta":
      return { type: "tool-arguments", choice: part.choice, index: part.index, text: part.text };
    case "usage":
      return { type: "usage", usage: part.usage };
    case "finish":
      return { type: "finish", choice: part.choice, reason: part.reason };
    case "message-start":
    case "tool-call-end":
    case "logprobs":
    case "raw":
      return undefined;
  }
}

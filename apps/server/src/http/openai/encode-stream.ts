import type {
  ChatStreamPart,
  ChunkRepeat,
  ChunkShape,
  JsonObject,
  JsonValue,
  TokenUsage,
} from "@corral/core";
import { encodeUsage, nowInSeconds } from "./encode-completion.ts";
import { TextTemplate } from "./text-template.ts";

type Envelope = {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
};

type TextField = "content" | "reasoning_content" | "refusal";

/** No character, so that no name has it. */
const placeholder = "\uFFFF";

/**
 * Turns parts into events with `chat.completion.chunk` objects: one id, one creation time, the role once a choice, usage
 * last.
 */
export class ChunkEncoder {
  readonly #envelope: Envelope;
  readonly #includeUsage: boolean;
  readonly #started = new Set<number>();
  #usage: TokenUsage | undefined;
  /** Raw chunks say everything themselves; the finish and usage parts beside them are for other readers. */
  #isRaw = false;
  /** Chunks like the last one, which differ from it in their text only. */
  #texts: { readonly choice: number; readonly field: TextField; readonly template: TextTemplate } | undefined;
  #repeats: { readonly shape: ChunkShape; readonly templates: readonly TextTemplate[] } | undefined;

  /** @param stream The id of the answer and the model that was asked for, whatever answers. */
  constructor(stream: { readonly id: string; readonly model: string; readonly includeUsage: boolean }) {
    const { id, model, includeUsage } = stream;
    this.#envelope = { id, object: "chat.completion.chunk", created: nowInSeconds(), model };
    this.#includeUsage = includeUsage;
  }

  /** The events of a batch, as they are sent; empty when it has none. */
  encode(parts: readonly ChatStreamPart[]): string {
    let events = "";
    for (const part of parts) events += this.#encode(part);
    return events;
  }

  /** What follows the last part: the usage, if it was asked for. */
  end(): string {
    if (!this.#includeUsage || this.#usage === undefined) return "";
    return toEvent({ ...this.#envelope, choices: [], usage: encodeUsage(this.#usage) });
  }

  #encode(part: ChatStreamPart): string {
    switch (part.type) {
      case "message-start":
        return this.#start(part.choice);
      case "text-delta":
        return this.#text(part.choice, "content", part.text);
      case "reasoning-delta":
        return this.#text(part.choice, "reasoning_content", part.text);
      case "refusal-delta":
        return this.#text(part.choice, "refusal", part.text);
      case "tool-call-start":
        return this.#delta(part.choice, { tool_calls: [toolCallStart(part)] });
      case "tool-call-arguments-delta":
        return this.#delta(part.choice, {
          tool_calls: [{ index: part.index, function: { arguments: part.text } }],
        });
      case "logprobs":
        return this.#delta(
          part.choice,
          {},
          { logprobs: { content: part.content.map((token) => ({ ...token })) } },
        );
      case "finish":
        if (this.#isRaw) return "";
        return this.#delta(
          part.choice,
          {},
          { finish_reason: part.reason === "other" ? "stop" : part.reason },
        );
      case "usage":
        if (!this.#isRaw) this.#usage = part.usage;
        return "";
      case "raw":
        this.#isRaw = true;
        return part.repeat === undefined
          ? this.#rewrite(part.chunk).map(toEvent).join("")
          : this.#repeat(part.repeat);
      case "tool-call-end":
        return "";
    }
  }

  #start(choice: number): string {
    if (this.#started.has(choice)) return "";
    this.#started.add(choice);
    const delta = { role: "assistant", content: "" };
    return toEvent(this.#chunk({ index: choice, delta, logprobs: null, finish_reason: null }));
  }

  #text(choice: number, field: TextField, text: string): string {
    const start = this.#start(choice);
    if (this.#texts?.choice !== choice || this.#texts.field !== field) {
      const delta = { [field]: placeholder };
      const chunk = this.#chunk({ index: choice, delta, logprobs: null, finish_reason: null });
      this.#texts = { choice, field, template: new TextTemplate(toEvent(chunk), [placeholder]) };
    }
    return start + this.#texts.template.render([JSON.stringify(text).slice(1, -1)]);
  }

  #delta(choice: number, delta: JsonObject, more: JsonObject = {}): string {
    const start = this.#start(choice);
    return (
      start + toEvent(this.#chunk({ index: choice, delta, logprobs: null, finish_reason: null, ...more }))
    );
  }

  #chunk(choice: JsonObject): JsonObject {
    const chunk = { ...this.#envelope, choices: [choice] };
    return this.#includeUsage ? { ...chunk, usage: null } : chunk;
  }

  /** A chunk of the same dialect keeps all its fields; id, model and time are ours, usage comes only when asked for. */
  #rewrite(raw: JsonObject): readonly JsonObject[] {
    if (!("usage" in raw))
      return [
        this.#includeUsage ? { ...raw, ...this.#envelope, usage: null } : { ...raw, ...this.#envelope },
      ];
    const { usage = null, ...rest } = raw;
    const choices: JsonValue | undefined = rest["choices"];
    const isUsageOnly = usage !== null && Array.isArray(choices) && choices.length === 0;
    if (!this.#includeUsage) return isUsageOnly ? [] : [{ ...rest, ...this.#envelope }];
    return [{ ...rest, ...this.#envelope, usage }];
  }

  /** What is done to a chunk does not depend on its texts, so it is done once. */
  #repeat({ shape, texts }: ChunkRepeat): string {
    if (this.#repeats?.shape !== shape) {
      const { template, placeholders } = shape;
      const templates = this.#rewrite(template).map(
        (chunk) => new TextTemplate(toEvent(chunk), placeholders),
      );
      this.#repeats = { shape, templates };
    }
    let events = "";
    for (const template of this.#repeats.templates) events += template.render(texts);
    return events;
  }
}

function toEvent(chunk: JsonObject): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function toolCallStart(part: Extract<ChatStreamPart, { type: "tool-call-start" }>): JsonObject {
  return { index: part.index, id: part.id, type: "function", function: { name: part.name, arguments: "" } };
}

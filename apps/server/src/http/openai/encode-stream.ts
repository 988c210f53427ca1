import type { ChatStreamPart, JsonObject, JsonValue, TokenUsage } from "@corral/core";
import { encodeUsage, nowInSeconds } from "./encode-completion.ts";

type Envelope = {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
};

/** Turns parts into `chat.completion.chunk` objects: one id, one creation time, the role once a choice, usage last. */
export class ChunkEncoder {
  readonly #envelope: Envelope;
  readonly #includeUsage: boolean;
  readonly #started = new Set<number>();
  #usage: TokenUsage | undefined;
  /** Raw chunks say everything themselves; the finish and usage parts beside them are for other readers. */
  #isRaw = false;

  /** @param stream The id of the answer and the model that was asked for, whatever answers. */
  constructor(stream: { readonly id: string; readonly model: string; readonly includeUsage: boolean }) {
    const { id, model, includeUsage } = stream;
    this.#envelope = { id, object: "chat.completion.chunk", created: nowInSeconds(), model };
    this.#includeUsage = includeUsage;
  }

  encode(part: ChatStreamPart): readonly JsonObject[] {
    switch (part.type) {
      case "message-start":
        return this.#started.has(part.choice) ? [] : [this.#start(part.choice)];
      case "text-delta":
        return this.#delta(part.choice, { content: part.text });
      case "reasoning-delta":
        return this.#delta(part.choice, { reasoning_content: part.text });
      case "refusal-delta":
        return this.#delta(part.choice, { refusal: part.text });
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
        if (this.#isRaw) return [];
        return this.#delta(
          part.choice,
          {},
          { finish_reason: part.reason === "other" ? "stop" : part.reason },
        );
      case "usage":
        if (!this.#isRaw) this.#usage = part.usage;
        return [];
      case "raw":
        this.#isRaw = true;
        return this.#rewrite(part.chunk);
      case "tool-call-end":
        return [];
    }
  }

  /** What follows the last part: the usage, if it was asked for. */
  end(): readonly JsonObject[] {
    if (!this.#includeUsage || this.#usage === undefined) return [];
    return [{ ...this.#envelope, choices: [], usage: encodeUsage(this.#usage) }];
  }

  #start(choice: number): JsonObject {
    this.#started.add(choice);
    return this.#chunk({
      index: choice,
      delta: { role: "assistant", content: "" },
      logprobs: null,
      finish_reason: null,
    });
  }

  #delta(choice: number, delta: JsonObject, more: JsonObject = {}): JsonObject[] {
    const chunk = this.#chunk({ index: choice, delta, logprobs: null, finish_reason: null, ...more });
    return this.#started.has(choice) ? [chunk] : [this.#start(choice), chunk];
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
}

function toolCallStart(part: Extract<ChatStreamPart, { type: "tool-call-start" }>): JsonObject {
  return { index: part.index, id: part.id, type: "function", function: { name: part.name, arguments: "" } };
}

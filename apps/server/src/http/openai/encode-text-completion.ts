import type {
  ChatAnswer,
  ChatStreamPart,
  FinishReason,
  JsonObject,
  TokenLogprob,
  TokenUsage,
} from "@corral/core";
import { encodeUsage, nowInSeconds } from "./encode-completion.ts";

/** A whole answer as `text_completion`. */
export function encodeTextCompletion({ completion, model }: ChatAnswer, id: string): JsonObject {
  return {
    id,
    object: "text_completion",
    created: nowInSeconds(),
    model,
    choices: completion.choices.map(({ index, text, refusal, logprobs, finishReason }) => ({
      text: text + (refusal ?? ""),
      index,
      logprobs: logprobs === null ? null : encodeLogprobs(logprobs, 0),
      finish_reason: toReason(finishReason),
    })),
    ...(completion.usage && { usage: encodeUsage(completion.usage) }),
  };
}

/** Turns parts into events with `text_completion` objects. Thoughts have no place in them. */
export class TextChunkEncoder {
  readonly #envelope: JsonObject;
  readonly #includeUsage: boolean;
  readonly #lengths = new Map<number, number>();
  #usage: TokenUsage | undefined;

  constructor(stream: { readonly id: string; readonly model: string; readonly includeUsage: boolean }) {
    const { id, model, includeUsage } = stream;
    this.#envelope = { id, object: "text_completion", created: nowInSeconds(), model };
    this.#includeUsage = includeUsage;
  }

  /** The events of a batch; empty when it has none. */
  encode(parts: readonly ChatStreamPart[]): string {
    return parts.map((part) => this.#encode(part)).join("");
  }

  /** What follows the last part: the usage, if it was asked for. */
  end(): string {
    if (!this.#includeUsage || this.#usage === undefined) return "";
    return toEvent({ ...this.#envelope, choices: [], usage: encodeUsage(this.#usage) });
  }

  #encode(part: ChatStreamPart): string {
    switch (part.type) {
      case "text-delta":
      case "refusal-delta":
        return this.#choice(part.choice, { text: part.text });
      case "logprobs": {
        const offset = this.#lengths.get(part.choice) ?? 0;
        const length = part.content.reduce((sum, { token }) => sum + token.length, 0);
        this.#lengths.set(part.choice, offset + length);
        return this.#choice(part.choice, { text: "", logprobs: encodeLogprobs(part.content, offset) });
      }
      case "finish":
        return this.#choice(part.choice, { text: "", finish_reason: toReason(part.reason) });
      case "usage":
        this.#usage = part.usage;
        return "";
      case "message-start":
      case "reasoning-delta":
      case "tool-call-start":
      case "tool-call-arguments-delta":
      case "tool-call-end":
      case "raw":
        return "";
    }
  }

  #choice(index: number, fields: JsonObject): string {
    return toEvent({
      ...this.#envelope,
      choices: [{ index, logprobs: null, finish_reason: null, ...fields }],
      ...(this.#includeUsage && { usage: null }),
    });
  }
}

function toEvent(chunk: JsonObject): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function toReason(reason: FinishReason): string {
  return reason === "length" || reason === "content_filter" ? reason : "stop";
}

/** The older shape: lists that run side by side, with the place of each token in the text. */
function encodeLogprobs(tokens: readonly TokenLogprob[], start: number): JsonObject {
  let offset = start;
  const offsets = tokens.map(({ token }) => {
    const at = offset;
    offset += token.length;
    return at;
  });
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top_logprobs: top }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: offsets,
  };
}

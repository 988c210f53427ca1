import type { ChatStreamPart, FinishReason, JsonObject, TokenLogprob, TokenUsage } from "@corral/core";
import { truncatedAnswer } from "@corral/provider-kit";
import {
  toDoneReason,
  toLastLine,
  toLine,
  toOllamaCall,
  type OllamaAnswerHead,
  type OllamaPiece,
} from "./to-ollama-answer.ts";

export type OllamaLineOptions = OllamaAnswerHead & {
  /** When the request arrived, in milliseconds since 1970. Default: when the encoder was made. */
  readonly startedAt?: number;
  readonly clock?: () => number;
};

type OpenCall = { readonly id: string; readonly name: string; arguments: string };
type OpenLine = { text: string; thinking: string; logprobs: TokenLogprob[] };

/**
 * Writes the parts of one answer as Ollama's lines, each with its `\n`. Tool calls wait until they are complete and then
 * stand in one line; a request has one choice, others are left out.
 */
export class OllamaLineEncoder {
  readonly #head: OllamaAnswerHead;
  readonly #clock: () => number;
  readonly #startedAt: number;
  readonly #calls = new Map<number, OpenCall>();
  #firstAt: number | undefined;
  #usage: TokenUsage | undefined;
  #finish: FinishReason | undefined;

  constructor({ model, shape, startedAt, clock = Date.now }: OllamaLineOptions) {
    this.#head = { model, shape };
    this.#clock = clock;
    this.#startedAt = startedAt ?? clock();
  }

  /** The lines for what one read brought; empty when they have to wait. */
  push(parts: readonly ChatStreamPart[]): string {
    const at = this.#clock();
    const lines: JsonObject[] = [];
    let open: OpenLine | undefined;
    const flush = () => {
      if (open !== undefined) lines.push(toLine(this.#head, toPiece(open), at));
      open = undefined;
    };
    for (const part of parts) {
      if (part.type === "raw" || ("choice" in part && part.choice !== 0)) continue;
      if (part.type === "reasoning-delta") {
        // Thoughts come before words in a line.
        if (open !== undefined && open.text !== "") flush();
        open ??= { text: "", thinking: "", logprobs: [] };
        open.thinking += part.text;
      } else if (part.type === "text-delta" || part.type === "refusal-delta") {
        open ??= { text: "", thinking: "", logprobs: [] };
        open.text += part.text;
      } else if (part.type === "logprobs") {
        open ??= { text: "", thinking: "", logprobs: [] };
        open.logprobs.push(...part.content);
      } else this.#keep(part);
    }
    flush();
    if (lines.length > 0) this.#firstAt ??= at;
    return lines.map(toText).join("");
  }

  /**
   * The line with the tool calls, if there are any, and the last line.
   *
   * @throws DomainError `upstream_truncated` when the answer did not finish, `upstream_invalid_response` for arguments of
   * a call that are no object
   */
  end(): string {
    if (this.#finish === undefined) throw truncatedAnswer();
    const endedAt = this.#clock();
    const calls = [...this.#calls].toSorted(([one], [other]) => one - other);
    const toolCalls = calls.map(([, { id, name, arguments: text }], index) =>
      toOllamaCall({ id, type: "function", function: { name, arguments: text } }, index),
    );
    const last = toLastLine({
      head: this.#head,
      piece: {},
      timing: { startedAt: this.#startedAt, endedAt, firstAt: this.#firstAt ?? endedAt },
      usage: this.#usage,
      reason: toDoneReason(this.#finish),
    });
    return (toolCalls.length > 0 ? toText(toLine(this.#head, { toolCalls }, endedAt)) : "") + toText(last);
  }

  #keep(
    part: Exclude<
      ChatStreamPart,
      { type: "raw" | "text-delta" | "reasoning-delta" | "refusal-delta" | "logprobs" }
    >,
  ): void {
    switch (part.type) {
      case "tool-call-start":
        this.#firstAt ??= this.#clock();
        this.#calls.set(part.index, { id: part.id, name: part.name, arguments: "" });
        return;
      case "tool-call-arguments-delta": {
        const call = this.#calls.get(part.index);
        if (call !== undefined) call.arguments += part.text;
        return;
      }
      case "usage":
        this.#usage = part.usage;
        return;
      case "finish":
        this.#finish = part.reason;
        return;
      case "message-start":
      case "tool-call-end":
    }
  }
}

function toPiece({ text, thinking, logprobs }: OpenLine): OllamaPiece {
  return { text, ...(thinking !== "" && { thinking }), logprobs };
}

function toText(line: JsonObject): string {
  return `${JSON.stringify(line)}\n`;
}

/**
 * How a server without a field for reasoning marks it in the text. `pair`: an answer may begin with `<think>`.
 * `closing`: the chat template has printed the opening tag already, so every answer begins inside of the reasoning.
 */
export type ThinkTags = "pair" | "closing";

type Split = { readonly reasoning: string; readonly text: string };

const opening = "<think>";
const closing = "</think>";

/** Splits a text that arrives in pieces, which may end in the middle of a tag. Only a tag at the very start counts. */
export class ThinkTagSplitter {
  readonly #mode: ThinkTags;
  #state: "start" | "reasoning" | "gap" | "text" = "start";
  #pending = "";

  constructor(mode: ThinkTags) {
    this.#mode = mode;
  }

  push(piece: string): Split {
    if (this.#state === "text") return { reasoning: "", text: piece };
    this.#pending += piece;
    if (this.#state === "start" && !this.#begin()) return { reasoning: "", text: "" };
    const reasoning = this.#state === "reasoning" ? this.#takeReasoning() : "";
    return { reasoning, text: this.#takeText() };
  }

  /** What was held back as the possible beginning of a tag. */
  end(): Split {
    const rest = this.#pending;
    this.#pending = "";
    const isReasoning = this.#state === "reasoning" || (this.#state === "start" && this.#mode === "closing");
    return isReasoning ? { reasoning: rest, text: "" } : { reasoning: "", text: rest };
  }

  /** Whether it is known how the answer begins. */
  #begin(): boolean {
    const start = this.#pending.trimStart();
    if (start.startsWith(opening)) {
      this.#pending = start.slice(opening.length);
      this.#state = "reasoning";
      return true;
    }
    if (opening.startsWith(start)) return false;
    this.#state = this.#mode === "closing" ? "reasoning" : "text";
    return true;
  }

  #takeReasoning(): string {
    const at = this.#pending.indexOf(closing);
    const end = at === -1 ? this.#pending.length - heldBack(this.#pending) : at;
    const reasoning = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(at === -1 ? end : at + closing.length);
    if (at !== -1) this.#state = "gap";
    return reasoning;
  }

  #takeText(): string {
    // The line breaks after the tag belong to it.
    if (this.#state === "gap") {
      this.#pending = this.#pending.trimStart();
      if (this.#pending !== "") this.#state = "text";
    }
    if (this.#state !== "text") return "";
    const text = this.#pending;
    this.#pending = "";
    return text;
  }
}

/** How much of the end may be the beginning of the closing tag. */
function heldBack(text: string): number {
  for (let length = Math.min(closing.length - 1, text.length); length > 0; length -= 1) {
    if (closing.startsWith(text.slice(-length))) return length;
  }
  return 0;
}

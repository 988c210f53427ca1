import { invalidResponse } from "../json/read-json.ts";

const [lf, cr] = [0x0a, 0x0d];
const noBytes = new Uint8Array(0);

/**
 * Cuts a byte stream into lines, before decoding, so that a chunk may end anywhere, even inside a character.
 *
 * A long line that arrives in many chunks is kept as they are and joined once.
 */
export class LineSplitter {
  readonly #limit: number;
  readonly #splitAtCr: boolean;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #lastWasCr = false;

  /** `lineEnd: "any"` also ends lines at CR and CRLF. A line of more than `limitBytes` is an error. */
  constructor(options: { readonly limitBytes: number; readonly lineEnd: "lf" | "any" }) {
    this.#limit = options.limitBytes;
    this.#splitAtCr = options.lineEnd === "any";
  }

  /** Whether the last line is complete. A CR may still turn out to be half of a line end. */
  get isEmpty(): boolean {
    return this.#pendingBytes === 0 && !this.#lastWasCr;
  }

  /** The lines that `chunk` completes, without their ends. */
  push(chunk: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = [];
    let from = this.#lastWasCr && chunk[0] === lf ? 1 : 0;
    if (chunk.length > 0) this.#lastWasCr = false;
    // The native search tells that there is no CR at all, which is the rule.
    const hasCr = this.#splitAtCr && chunk.includes(cr);
    for (;;) {
      const end = hasCr ? findLineEnd(chunk, from) : chunk.indexOf(lf, from);
      if (end === -1) break;
      lines.push(this.#take(chunk.subarray(from, end)));
      from = end + 1;
      if (hasCr && chunk[end] === cr) {
        if (from === chunk.length) this.#lastWasCr = true;
        else if (chunk[from] === lf) from += 1;
      }
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return lines;
  }

  /** What follows the last line end; `undefined` when nothing does. */
  end(): Uint8Array | undefined {
    return this.#pendingBytes === 0 ? undefined : this.#take(noBytes);
  }

  #keep(part: Uint8Array): void {
    this.#pending.push(part);
    this.#pendingBytes += part.length;
    this.#assertWithin(this.#pendingBytes);
  }

  #take(tail: Uint8Array): Uint8Array {
    if (this.#pendingBytes === 0) {
      this.#assertWithin(tail.length);
      return tail;
    }
    const line = new Uint8Array(this.#pendingBytes + tail.length);
    this.#assertWithin(line.length);
    let at = 0;
    for (const part of [...this.#pending, tail]) {
      line.set(part, at);
      at += part.length;
    }
    this.#pending = [];
    this.#pendingBytes = 0;
    return line;
  }

  #assertWithin(bytes: number): void {
    if (bytes > this.#limit)
      throw invalidResponse(`The provider sent a line of more than ${this.#limit} bytes.`);
  }
}

function findLineEnd(chunk: Uint8Array, from: number): number {
  for (let at = from; at < chunk.length; at += 1) {
    if (chunk[at] === lf || chunk[at] === cr) return at;
  }
  return -1;
}

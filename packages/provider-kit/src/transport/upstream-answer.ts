import { limits } from "@corral/core";
import { toTransportError } from "../error/to-transport-error.ts";
import type { CallClock } from "./call-clock.ts";
import type { HttpResponse } from "./http-transport.ts";

const drainMs = 250;

/** A successful response under its call's deadlines. Failures of the body are `DomainError`s. */
export class UpstreamAnswer implements AsyncIterableIterator<Uint8Array> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #clock: CallClock;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #isRead = false;

  constructor(response: HttpResponse, clock: CallClock) {
    this.status = response.status;
    this.headers = response.headers;
    this.#clock = clock;
    this.#chunks = response.body[Symbol.asyncIterator]();
  }

  get contentType(): string {
    return this.headers["content-type"] ?? "";
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const { signal } = this.#clock;
    this.#clock.waiting();
    try {
      const next = await this.#chunks.next();
      // A body that was complete before the abort still belongs to a call that nobody wants.
      if (signal.aborted) throw signal.reason;
      if (next.done !== true) {
        this.#clock.received();
        return next;
      }
      this.#clock.stop();
      this.#isRead = true;
      return { done: true, value: undefined };
    } catch (error) {
      this.#clock.stop();
      throw signal.aborted ? signal.reason : toTransportError(error, "body");
    }
  }

  /** Closes the connection unless the body has been read to its end. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    // An abort that nobody needs still makes an error with its stack.
    if (this.#isRead) return { done: true, value: undefined };
    this.#clock.cancel();
    await this.#chunks.return?.().catch(() => undefined);
    return { done: true, value: undefined };
  }

  /** Reads what follows the last frame, briefly, so that the socket can serve again; else closes it. Never throws. */
  async drain(): Promise<void> {
    const timer = setTimeout(this.#clock.cancel, drainMs);
    try {
      for (let bytes = 0; bytes <= limits.upstreamErrorBytes;) {
        const next = await this.next();
        if (next.done === true) return;
        bytes += next.value.length;
      }
      await this.return();
    } catch {
      // The answer was complete; how the connection ends does not matter.
    } finally {
      clearTimeout(timer);
    }
  }
}

import { isDomainError, limits, type DomainError } from "@corral/core";
import { toTransportError } from "../error/to-transport-error.ts";
import { invalidResponse } from "../json/read-json.ts";
import type { CallClock } from "./call-clock.ts";
import type { HttpResponse, TakeBytes } from "./http-transport.ts";

const drainMs = 250;

/** A successful response under its call's deadlines. Failures of the body are `DomainError`s. */
export class UpstreamAnswer implements AsyncIterableIterator<Uint8Array> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #clock: CallClock;
  readonly #body: HttpResponse["body"];
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #limitBytes: number;
  #bytes = 0;
  #isRead = false;
  #isJudged = false;
  #take: TakeBytes | undefined;
  /** From its getting bytes until it wants more: what ends the delivery then, ends it by the taker. */
  #isTakersTurn = false;
  /** Told once how the call ended: `left` says nothing about the endpoint. */
  onEnd: ((outcome: "read" | "left" | DomainError) => void) | undefined;

  /** An answer of more than `limitBytes` (default 256 MiB) is an error. */
  constructor(response: HttpResponse, clock: CallClock, limitBytes: number = limits.upstreamStreamBytes) {
    this.#limitBytes = limitBytes;
    this.status = response.status;
    this.headers = response.headers;
    this.#clock = clock;
    this.#body = response.body;
    this.#chunks = response.body[Symbol.asyncIterator]();
  }

  get contentType(): string {
    return this.headers["content-type"] ?? "";
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Whoever calls this tells by {@link settle}, or by leaving, whether what was read was right. */
  judge(): void {
    this.#isJudged = true;
  }

  /** The answer has ended: complete, or with an error that the bytes alone do not show. */
  settle(error?: unknown): void {
    this.onEnd?.(error === undefined ? "read" : isDomainError(error) ? error : "left");
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#clock.waiting();
    // No async function, and no closure a read: every frame of a stream pays for them.
    return this.#chunks.next().then(this.#onNext, this.#onError);
  }

  /**
   * Gives the bytes as they come, by the shortest way that the transport has. Resolves at the end, or when `take` has
   * enough; what it throws is thrown, and does not close the connection.
   */
  async deliver(take: TakeBytes): Promise<void> {
    if (this.#body.deliver === undefined) {
      for (let next = await this.next(); next.done !== true; next = await this.next()) {
        if (!(await take(next.value))) return;
      }
      return;
    }
    this.#take = take;
    this.#isTakersTurn = false;
    this.#clock.waiting();
    try {
      await this.#body.deliver(this.#onBytes);
      if (this.#isTakersTurn) return;
      this.#clock.assertWanted();
    } catch (error) {
      if (this.#isTakersTurn) throw error;
      throw this.#fail(error);
    }
    this.#end();
  }

  readonly #onBytes: TakeBytes = (bytes) => {
    this.#receive(bytes);
    this.#isTakersTurn = true;
    const wantsMore = this.#take?.(bytes) ?? false;
    return typeof wantsMore === "boolean" ? this.#onTaken(wantsMore) : wantsMore.then(this.#onTaken);
  };

  /** The clock runs while the taker is ready for more. */
  readonly #onTaken = (wantsMore: boolean): boolean => {
    this.#isTakersTurn = !wantsMore;
    if (wantsMore) this.#clock.waiting();
    return wantsMore;
  };

  readonly #onNext = (next: IteratorResult<Uint8Array, unknown>): IteratorResult<Uint8Array, undefined> => {
    try {
      // A body that was complete before the abort still belongs to a call that nobody wants.
      this.#clock.assertWanted();
      if (next.done !== true) {
        this.#receive(next.value);
        return next;
      }
    } catch (error) {
      throw this.#fail(error);
    }
    this.#end();
    return { done: true, value: undefined };
  };

  readonly #onError = (error: unknown): never => {
    throw this.#fail(error);
  };

  #receive(bytes: Uint8Array): void {
    this.#clock.assertWanted();
    this.#clock.received();
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limitBytes) throw tooLong(this.#limitBytes);
  }

  #end(): void {
    this.#clock.stop();
    this.#isRead = true;
    if (!this.#isJudged) this.settle();
  }

  /** The reading has failed. @returns What to throw. */
  #fail(error: unknown): unknown {
    const { signal } = this.#clock;
    const failure: unknown = signal.aborted ? signal.reason : toTransportError(error, "body");
    // Of an answer that is too long, the rest must not go on arriving.
    if (this.#bytes > this.#limitBytes) this.#clock.cancel();
    else this.#clock.stop();
    this.settle(failure);
    return failure;
  }

  /** Closes the connection unless the body has been read to its end. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    // An abort that nobody needs still makes an error with its stack.
    if (this.#isRead) {
      this.settle();
      return { done: true, value: undefined };
    }
    this.onEnd?.("left");
    this.#clock.cancel();
    await this.#chunks.return?.().catch(() => undefined);
    return { done: true, value: undefined };
  }

  /** Reads what follows the last frame, briefly, so that the socket can serve again; else closes it. Never throws. */
  async drain(): Promise<void> {
    this.settle();
    if (this.#isRead) return;
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

function tooLong(limitBytes: number): DomainError {
  return invalidResponse(`The provider's answer has more than ${limitBytes} bytes.`);
}

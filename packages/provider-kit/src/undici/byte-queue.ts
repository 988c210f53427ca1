import type { ByteSource, TakeBytes } from "../transport/http-transport.ts";

/** Where the bytes come from, as far as the queue steers it. */
type Source = { pause(): void; resume(): void; abort(reason: Error): void };

/** From here on the source waits for its reader. */
const highWaterBytes = 64 * 1024;

/** The bytes of one response between the socket and its reader: what the reader waits for, it gets without a detour. */
export class ByteQueue implements AsyncIterableIterator<Uint8Array, undefined>, ByteSource {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #source: Source | undefined;
  #isPaused = false;
  #end: { readonly error?: unknown } | undefined;
  #reader: PromiseWithResolvers<IteratorResult<Uint8Array, undefined>> | undefined;
  /** Who gets the bytes as they come. */
  #taker: (PromiseWithResolvers<void> & { readonly take: TakeBytes }) | undefined;
  #isTaking = false;

  [Symbol.asyncIterator](): this {
    return this;
  }

  reads(source: Source): void {
    this.#source = source;
  }

  push(chunk: Uint8Array): void {
    if (this.#taker !== undefined && !this.#isTaking) {
      this.#give(this.#taker, chunk);
      return;
    }
    if (this.#reader !== undefined) {
      this.#takeReader()?.resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < highWaterBytes || this.#isPaused) return;
    this.#isPaused = true;
    this.#source?.pause();
  }

  end(): void {
    this.#end ??= {};
    this.#takeReader()?.resolve({ done: true, value: undefined });
    this.#deliver();
  }

  fail(error: unknown): void {
    this.#end ??= { error };
    this.#takeReader()?.reject(error);
    this.#deliver();
  }

  deliver(take: TakeBytes): Promise<void> {
    const taker = { take, ...Promise.withResolvers<void>() };
    this.#taker = taker;
    this.#deliver();
    return taker.promise;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.#shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#end !== undefined) {
      return "error" in this.#end
        ? Promise.reject(this.#end.error)
        : Promise.resolve({ done: true, value: undefined });
    }
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  /** Leaving early closes the connection: nobody will read what is still to come. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#end === undefined) {
      this.#end = {};
      this.#source?.abort(new Error("The reader left."));
    }
    this.#chunks.length = 0;
    this.#takeReader()?.resolve({ done: true, value: undefined });
    this.#deliver();
    return Promise.resolve({ done: true, value: undefined });
  }

  #shift(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    this.#bytes -= chunk.length;
    if (this.#isPaused && this.#bytes < highWaterBytes) {
      this.#isPaused = false;
      this.#source?.resume();
    }
    return chunk;
  }

  /** Gives what is there, until the taker is busy or has enough. */
  #deliver(): void {
    for (let taker = this.#taker; taker !== undefined && !this.#isTaking; taker = this.#taker) {
      const chunk = this.#shift();
      if (chunk !== undefined) this.#give(taker, chunk);
      else if (this.#end === undefined) return;
      else if ("error" in this.#end) this.#refuse(this.#end.error);
      else this.#finish();
    }
  }

  #give({ take }: { readonly take: TakeBytes }, chunk: Uint8Array): void {
    try {
      const wantsMore = take(chunk);
      if (typeof wantsMore === "boolean") {
        if (!wantsMore) this.#finish();
        return;
      }
      this.#isTaking = true;
      wantsMore.then(this.#onTaken, this.#refuse);
    } catch (error) {
      this.#refuse(error);
    }
  }

  readonly #onTaken = (wantsMore: boolean): void => {
    this.#isTaking = false;
    if (wantsMore) this.#deliver();
    else this.#finish();
  };

  #finish(): void {
    this.#taker?.resolve();
    this.#taker = undefined;
  }

  readonly #refuse = (error: unknown): void => {
    this.#isTaking = false;
    this.#taker?.reject(error);
    this.#taker = undefined;
  };

  #takeReader(): PromiseWithResolvers<IteratorResult<Uint8Array, undefined>> | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }
}

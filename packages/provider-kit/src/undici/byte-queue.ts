/** Where the bytes come from, as far as the queue steers it. */
type Source = { pause(): void; resume(): void; abort(reason: Error): void };

/** From here on the source waits for its reader. */
const highWaterBytes = 64 * 1024;

/** The bytes of one response between the socket and its reader: what the reader waits for, it gets without a detour. */
export class ByteQueue implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #source: Source | undefined;
  #isPaused = false;
  #end: { readonly error?: unknown } | undefined;
  #reader: PromiseWithResolvers<IteratorResult<Uint8Array, undefined>> | undefined;

  [Symbol.asyncIterator](): this {
    return this;
  }

  reads(source: Source): void {
    this.#source = source;
  }

  push(chunk: Uint8Array): void {
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
  }

  fail(error: unknown): void {
    this.#end ??= { error };
    this.#takeReader()?.reject(error);
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.#chunks.shift();
    if (value !== undefined) {
      this.#bytes -= value.length;
      if (this.#isPaused && this.#bytes < highWaterBytes) {
        this.#isPaused = false;
        this.#source?.resume();
      }
      return Promise.resolve({ done: false, value });
    }
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
    return Promise.resolve({ done: true, value: undefined });
  }

  #takeReader(): PromiseWithResolvers<IteratorResult<Uint8Array, undefined>> | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }
}

import { takeEach, type ChatStreamPart, type Flow, type Take } from "@corral/core";
import type { FrameParser } from "../stream/frame-parser.ts";
import type { UpstreamAnswer } from "../transport/upstream-answer.ts";

/** Turns the frames of one answer into parts. Keeps the state of that answer. */
export interface StreamConverter<Frame, Part = ChatStreamPart> {
  /** The terminal marker was seen; what follows is ignored. */
  readonly isComplete: boolean;
  /** Appends the parts that `frame` stands for. @throws DomainError for an error frame or nonsense. */
  push(frame: Frame, parts: Part[]): void;
  /** The stream has ended: appends the last parts. @throws DomainError `upstream_truncated` when something is missing. */
  end(parts: Part[]): void;
}

/** Batches of parts, one for each read that brought some. Can be read once. */
export type PartBatches<Part = ChatStreamPart> = AsyncIterableIterator<readonly Part[], void, undefined> &
  Flow<readonly Part[]>;

/**
 * Reads an answer to its end and gives, for each read that brought some, its parts in one batch.
 *
 * A failure is thrown after the parts that arrived before it. Leaving early closes the upstream connection, also when
 * nothing was read.
 */
export function convertStream<Frame, Part = ChatStreamPart>(
  answer: UpstreamAnswer,
  parser: FrameParser<Frame>,
  converter: StreamConverter<Frame, Part>,
): PartBatches<Part> {
  return new ConvertedStream(answer, parser, converter);
}

/** Not a generator: its queue of requests, and the turns it takes, would be paid for each frame. */
class ConvertedStream<Frame, Part> implements PartBatches<Part> {
  readonly #answer: UpstreamAnswer;
  readonly #parser: FrameParser<Frame>;
  readonly #converter: StreamConverter<Frame, Part>;
  #failure: { readonly error: unknown } | undefined;
  #state: "reading" | "read" | "over" = "reading";

  constructor(answer: UpstreamAnswer, parser: FrameParser<Frame>, converter: StreamConverter<Frame, Part>) {
    answer.judge();
    this.#answer = answer;
    this.#parser = parser;
    this.#converter = converter;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<readonly Part[], void>> {
    if (this.#state === "reading") return this.#answer.next().then(this.#onRead, this.#onError);
    return this.#end();
  }

  async each(take: Take<readonly Part[]>): Promise<void> {
    try {
      if (this.#state === "reading") await this.#answer.deliver((bytes) => this.#give(bytes, take));
      if (this.#state === "reading") await this.#give(undefined, take);
    } catch (error) {
      await this.#leave();
      throw error;
    }
    await this.#end();
  }

  async return(): Promise<IteratorReturnResult<void>> {
    if (this.#state !== "over") await this.#leave();
    return { done: true, value: undefined };
  }

  readonly #onRead = (read: IteratorResult<Uint8Array, undefined>) => {
    const parts = this.#take(read.value);
    return parts === undefined ? this.#readOn() : { done: false as const, value: parts };
  };

  readonly #onError = async (error: unknown): Promise<never> => {
    await this.#leave();
    throw error;
  };

  #give(bytes: Uint8Array | undefined, take: Take<readonly Part[]>): boolean | Promise<boolean> {
    const parts = this.#take(bytes);
    const behind = parts && take(parts);
    return behind === undefined ? this.#isReading() : behind.then(this.#isReading);
  }

  readonly #isReading = (): boolean => this.#state === "reading";

  /** The batch that a read brought, if any. Without bytes, the answer has ended. */
  #take(bytes: Uint8Array | undefined): readonly Part[] | undefined {
    const parts: Part[] = [];
    try {
      this.#convert(bytes, parts);
    } catch (error) {
      this.#failure = { error };
    }
    const isLast = this.#failure !== undefined || bytes === undefined || this.#converter.isComplete;
    if (isLast) this.#state = "read";
    return parts.length > 0 ? parts : undefined;
  }

  /** A loop, as reads that bring nothing may be many: promises that wait for each other would pile up. */
  async #readOn(): Promise<IteratorResult<readonly Part[], void>> {
    while (this.#state === "reading") {
      const read = await this.#answer.next().catch(this.#onError);
      const parts = this.#take(read.value);
      if (parts !== undefined) return { done: false, value: parts };
    }
    return this.#end();
  }

  #convert(bytes: Uint8Array | undefined, parts: Part[]): void {
    const converter = this.#converter;
    for (const frame of bytes === undefined ? this.#parser.end() : this.#parser.push(bytes)) {
      if (!converter.isComplete) converter.push(frame, parts);
    }
    if (bytes === undefined || converter.isComplete) converter.end(parts);
  }

  /** All parts were given: what is left is to throw, or to say that this is all. */
  async #end(): Promise<IteratorReturnResult<void>> {
    if (this.#state === "over") return { done: true, value: undefined };
    if (this.#failure !== undefined) this.#answer.settle(this.#failure.error);
    await this.#leave();
    if (this.#failure !== undefined) throw this.#failure.error;
    return { done: true, value: undefined };
  }

  async #leave(): Promise<void> {
    this.#state = "over";
    if (this.#converter.isComplete) await this.#answer.drain();
    else await this.#answer.return();
  }
}

/**
 * Waits for the first batch, so that an early failure is thrown here and not in the middle of a stream.
 *
 * Unlike a generator that was never started, the result closes the upstream call when `return` is called at once.
 */
export async function startStream(
  batches: AsyncIterator<readonly ChatStreamPart[], void> & Flow<readonly ChatStreamPart[]>,
): Promise<PartBatches> {
  let first: IteratorResult<readonly ChatStreamPart[], void> | undefined = await batches.next();
  const takeFirst = () => {
    const taken = first;
    first = undefined;
    return taken;
  };
  const leave = async () => (await batches.return?.()) ?? ({ done: true, value: undefined } as const);
  const stream: PartBatches = {
    next: () => {
      const taken = takeFirst();
      return taken === undefined ? batches.next() : Promise.resolve(taken);
    },
    return: leave,
    async each(take) {
      const { value } = takeFirst() ?? {};
      try {
        if (value !== undefined) await take(value);
      } catch (error) {
        await leave();
        throw error;
      }
      await takeEach(batches, take);
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}

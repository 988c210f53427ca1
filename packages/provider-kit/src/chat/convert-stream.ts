import type { ChatStreamPart } from "@corral/core";
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

/**
 * Reads an answer to its end and yields, for each read that brought some, its parts in one batch.
 *
 * A failure is thrown after the parts that arrived before it. Leaving early closes the upstream connection.
 */
export async function* convertStream<Frame, Part = ChatStreamPart>(
  answer: UpstreamAnswer,
  parser: FrameParser<Frame>,
  converter: StreamConverter<Frame, Part>,
): AsyncGenerator<readonly Part[], void> {
  answer.judge();
  try {
    for (;;) {
      const next = await answer.next();
      const bytes = next.done === true ? undefined : next.value;
      const { parts, failure } = toParts(bytes, parser, converter);
      if (parts.length > 0) yield parts;
      if (failure !== undefined) {
        answer.settle(failure.error);
        throw failure.error;
      }
      if (next.done === true || converter.isComplete) return;
    }
  } finally {
    if (converter.isComplete) await answer.drain();
    else await answer.return();
  }
}

/** Without bytes, the stream has ended. */
function toParts<Frame, Part>(
  bytes: Uint8Array | undefined,
  parser: FrameParser<Frame>,
  converter: StreamConverter<Frame, Part>,
): { readonly parts: readonly Part[]; readonly failure?: { readonly error: unknown } } {
  const parts: Part[] = [];
  try {
    for (const frame of bytes === undefined ? parser.end() : parser.push(bytes)) {
      if (!converter.isComplete) converter.push(frame, parts);
    }
    if (bytes === undefined || converter.isComplete) converter.end(parts);
    return { parts };
  } catch (error) {
    return { parts, failure: { error } };
  }
}

/**
 * Waits for the first batch, so that an early failure is thrown here and not in the middle of a stream.
 *
 * Unlike a generator that was never started, the result closes the upstream call when `return` is called at once.
 */
export async function startStream(
  batches: AsyncGenerator<readonly ChatStreamPart[], void>,
): Promise<AsyncIterableIterator<readonly ChatStreamPart[], void>> {
  let first: Promise<IteratorResult<readonly ChatStreamPart[], void>> | undefined = Promise.resolve(
    await batches.next(),
  );
  const stream: AsyncIterableIterator<readonly ChatStreamPart[], void> = {
    next: () => {
      const next = first ?? batches.next();
      first = undefined;
      return next;
    },
    return: () => batches.return(),
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}

import { z } from "zod";

/**
 * Output schema of a procedure that streams `T`. It checks that there is a stream; the events are made by our own typed
 * code, so each is not parsed again.
 */
export function zAsyncIterable<T>(): z.ZodType<AsyncIterable<T, void, unknown>> {
  return z.custom<AsyncIterable<T, void, unknown>>(
    (value) => typeof value === "object" && value !== null && Symbol.asyncIterator in value,
  );
}

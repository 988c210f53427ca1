import { z } from "zod";

/** Output schema of a procedure that streams. The events are made by our own typed code, so each is not parsed again. */
export function zAsyncIterable<T extends z.ZodType>(_event: T): z.ZodType<AsyncIterable<z.output<T>>> {
  return z.custom<AsyncIterable<z.output<T>>>(
    (value) => typeof value === "object" && value !== null && Symbol.asyncIterator in value,
  );
}

import type { ServerResponse } from "node:http";
import type { EventStreamWriter } from "./write-event-stream.ts";

/**
 * Sends a comment, which clients pass over, whenever nothing was sent for that long: what stands between takes a
 * provider that loads a model, or reads a long prompt, for a dead one. Looks twice an interval, and so costs the stream
 * itself nothing; a comment is late by half of one at most.
 *
 * The first comment settles the status, so what fails after it can only be told within the stream.
 *
 * @param everyMs 0 switches it off.
 */
export function startHeartbeat(
  response: ServerResponse,
  writer: EventStreamWriter,
  everyMs: number,
): Disposable {
  if (everyMs === 0) return { [Symbol.dispose]() {} };
  let sentBytes = response.socket?.bytesWritten;
  let silentLooks = 0;
  const timer = setInterval(() => {
    silentLooks = response.socket?.bytesWritten === sentBytes ? silentLooks + 1 : 0;
    // What a slow reader has yet to take is no silence.
    if (silentLooks >= 2 && !response.writableEnded && !response.destroyed && !writer.isBehind) {
      silentLooks = 0;
      writer.comment("keep-alive");
    }
    sentBytes = response.socket?.bytesWritten;
  }, everyMs / 2);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

import type { FastifyReply } from "fastify";
import { EventStreamWriter } from "./write-event-stream.ts";

export type HeartbeatOptions = {
  /** 0 switches it off. */
  readonly everyMs: number;
  readonly headers: () => Readonly<Record<string, string>>;
  /** Ends a stream that a comment has begun, where the status would have told of the failure. */
  readonly fail: (error: unknown) => void;
};

/**
 * Sends a comment, which clients pass over, whenever nothing was sent for that long: what stands between takes a
 * provider that loads a model, or reads a long prompt, for a dead one.
 *
 * The first comment settles the status, so what fails after it can only be told within the stream.
 */
export async function withHeartbeat<Result>(
  reply: FastifyReply,
  { everyMs, headers, fail }: HeartbeatOptions,
  answer: () => Promise<Result>,
): Promise<Result | FastifyReply> {
  const heartbeat = everyMs === 0 ? undefined : startHeartbeat(reply, everyMs, headers);
  try {
    return await answer();
  } catch (error) {
    if (!reply.raw.headersSent) throw error;
    fail(error);
    return reply;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Looks twice an interval, and so costs the stream itself nothing; a comment is late by half of one at most. */
function startHeartbeat(
  reply: FastifyReply,
  everyMs: number,
  headers: HeartbeatOptions["headers"],
): NodeJS.Timeout {
  const { raw } = reply;
  let sentBytes = raw.socket?.bytesWritten;
  let silentLooks = 0;
  return setInterval(() => {
    silentLooks = raw.socket?.bytesWritten === sentBytes ? silentLooks + 1 : 0;
    // What a slow reader has yet to take is no silence.
    if (silentLooks >= 2 && !raw.writableEnded && !raw.destroyed && !raw.writableNeedDrain) {
      silentLooks = 0;
      if (!raw.headersSent) reply.hijack();
      new EventStreamWriter(raw, headers()).comment("keep-alive");
    }
    sentBytes = raw.socket?.bytesWritten;
  }, everyMs / 2);
}

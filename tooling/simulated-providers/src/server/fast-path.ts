import type { IncomingMessage, ServerResponse } from "node:http";

/** A constant answer for one path, so that a benchmark measures its subject and not its upstream. */
export type FastPath = {
  path: string;
  /** Bytes whose presence, or absence, marks a call as not streamed. */
  streamMark: { bytes: Buffer; marksStream: boolean };
  contentType: string;
  body: Buffer;
};

export function isFastCall(fastPath: FastPath, incoming: IncomingMessage, bytes: Buffer): boolean {
  if (incoming.url !== fastPath.path || incoming.method !== "POST") return false;
  const { streamMark } = fastPath;
  return bytes.includes(streamMark.bytes) !== streamMark.marksStream;
}

export function sendFast(fastPath: FastPath, response: ServerResponse): void {
  response.writeHead(200, [
    "content-type",
    fastPath.contentType,
    "content-length",
    String(fastPath.body.length),
  ]);
  response.end(fastPath.body);
}

import { once } from "node:events";
import type { FastifyReply } from "fastify";

/** Sends texts as they come, as NDJSON, at the reader's pace. Ends with the texts, or with the reader. */
export async function sendLines(
  reply: FastifyReply,
  lines: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<FastifyReply> {
  const { raw } = reply;
  reply.hijack();
  raw.writeHead(200, {
    ...plainHeaders(reply),
    "content-type": "application/x-ndjson",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  for await (const text of lines) {
    if (raw.destroyed) break;
    if (!raw.write(text)) await once(raw, "drain", { signal }).catch(() => raw.destroy());
  }
  raw.end();
  return reply;
}

/** Headers that hooks have set so far: a hijacked reply does not send them by itself. */
function plainHeaders(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

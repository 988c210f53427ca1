import type { Socket } from "node:net";

/** What an answer sent to its socket, as much of it as is worth looking at. */
export interface SentBytes {
  /** Ends the watch. `undefined` where no head of an answer was seen. */
  end(): { readonly headers: Readonly<Record<string, string>>; readonly body: string } | undefined;
}

/** Enough for every event of a test that looks at them one by one; streams for load tests are longer. */
const maxBytes = 256 * 1024;

/** Notes what is written to a socket from now on: streams go past Fastify's hooks. */
export function watchBytes(socket: Socket): SentBytes {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  const write = socket.write.bind(socket);
  const note = (chunk: unknown, encoding: unknown) => {
    if (byteLength > maxBytes) return;
    const bytes =
      typeof chunk === "string"
        ? Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8") // safe: Node took it
        : Buffer.from(chunk as Uint8Array); // safe: what else a socket takes
    chunks.push(bytes);
    byteLength += bytes.length;
  };
  const watched = (...args: Parameters<Socket["write"]>): boolean => {
    note(args[0], args[1]);
    return write(...args);
  };
  Object.defineProperty(socket, "write", { value: watched, configurable: true, writable: true });
  return {
    end() {
      Reflect.deleteProperty(socket, "write");
      return parseAnswer(Buffer.concat(chunks));
    },
  };
}

function parseAnswer(bytes: Buffer): ReturnType<SentBytes["end"]> {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [, ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
  const rest = bytes.subarray(end + 4);
  const body = headers["transfer-encoding"] === "chunked" ? joinChunks(rest) : rest;
  return { headers, body: body.toString("utf8") };
}

/** Those that came whole. */
function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) break;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16);
    const start = lineEnd + 2;
    if (Number.isNaN(size) || size === 0 || start + size > bytes.length) break;
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
  return Buffer.concat(chunks);
}

import type { IncomingMessage } from "node:http";

/** Reads a request body whole; a client that leaves half-way yields what had arrived. */
export function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const done = (): void => {
      const [first] = chunks;
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks));
    };
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.once("end", done);
    incoming.once("error", done);
    incoming.once("close", done);
  });
}

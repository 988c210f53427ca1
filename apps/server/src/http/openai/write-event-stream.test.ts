import { once } from "node:events";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, it, vi } from "vitest";

import { EventStreamWriter } from "./write-event-stream.ts";

it("sends the events of one turn, and the headers with the first, in one system call", async () => {
  await using server = await listen();
  const response = await server.respond();
  const writer = new EventStreamWriter(response, () => ({}));
  const { signal } = new AbortController();

  const writes = watchWrites(response);

  await writer.send([{ text: "Hello" }], signal);
  await setImmediate();
  const first = writes();
  await writer.send([{ text: "wörld" }, { text: "🐎" }], signal);
  await setImmediate();
  const second = writes();
  await writer.done(signal);

  expect([first, second]).toEqual([1, 2]);
  expect(await server.received).toBe(
    'data: {"text":"Hello"}\n\ndata: {"text":"wörld"}\n\ndata: {"text":"🐎"}\n\ndata: [DONE]\n\n',
  );
});

/** Counts what reaches the operating system: a socket is asked to write one piece, or several at once. */
function watchWrites({ socket }: ServerResponse): () => number {
  if (socket === null) throw new Error("The response has no socket.");
  const [one, many] = [vi.spyOn(socket, "_write"), vi.spyOn(socket, "_writev")];
  return () => one.mock.calls.length + many.mock.calls.length;
}

/** A server with one client, which has sent its request and waits. */
async function listen() {
  const asked = Promise.withResolvers<ServerResponse>();
  const received = Promise.withResolvers<string>();
  const server = createServer((_, response) => asked.resolve(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // safe: a listening TCP server has such an address
  const { port } = server.address() as AddressInfo;
  request({ port, host: "127.0.0.1", agent: false }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("end", () => received.resolve(Buffer.concat(chunks).toString()));
  }).end();
  return {
    respond: () => asked.promise,
    received: received.promise,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

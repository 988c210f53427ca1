import { once } from "node:events";
import { createServer, request, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, it, vi } from "vitest";

import { EventStreamWriter } from "./write-event-stream.ts";

it("sends the events of one turn, and the headers with the first, in one system call", async () => {
  await using server = await listen();
  const received = ask(server.port);
  const response = await server.respond();
  const writer = new EventStreamWriter(response, () => ({}));
  const { signal } = new AbortController();
  const writes = watchWrites(response);

  await writer.send('data: {"text":"Hello"}\n\n', signal);
  await setImmediate();
  const first = writes();
  await writer.send('data: {"text":"wörld"}\n\ndata: {"text":"🐎"}\n\n', signal);
  await setImmediate();
  const second = writes();
  await writer.done("", signal);

  expect([first, second]).toEqual([1, 2]);
  expect(await received).toBe(
    'data: {"text":"Hello"}\n\ndata: {"text":"wörld"}\n\ndata: {"text":"🐎"}\n\ndata: [DONE]\n\n',
  );
});

it("sends chunks whose sizes count bytes, and an end after which the connection serves again", async () => {
  await using server = await listen();
  const signal = AbortSignal.timeout(5_000);
  const events = ["data: {}\n\n", 'data: "wörld 🐎"\n\n', `data: "${"x".repeat(5_000)}"\n\n`];
  using client = openSocket(server.port);
  const seen: string[] = [];

  for (const request of [1, 2]) {
    client.send("GET / HTTP/1.1\r\nhost: local\r\n\r\n");
    const writer = new EventStreamWriter(await server.respond(), () => ({}));
    for (const event of events) await writer.send(event, signal);
    if (request === 1) await writer.done("", signal);
    else writer.fail({ error: "wörld" });
    seen.push(await client.until("0\r\n\r\n"));
  }

  const bodies = seen.map((answer) => decodeChunks(answer.slice(answer.indexOf("\r\n\r\n") + 4)));
  expect(bodies).toEqual([
    `${events.join("")}data: [DONE]\n\n`,
    `${events.join("")}data: {"error":"wörld"}\n\n`,
  ]);
});

it("sends no chunks to a client of HTTP 1.0, which would take their sizes for text", async () => {
  await using server = await listen();
  const { signal } = new AbortController();
  using client = openSocket(server.port);
  client.send("GET / HTTP/1.0\r\n\r\n");
  const writer = new EventStreamWriter(await server.respond(), () => ({}));

  await writer.send("data: {}\n\n", signal);
  await writer.done("", signal);

  const answer = await client.ended;
  expect(answer.slice(answer.indexOf("\r\n\r\n") + 4)).toBe("data: {}\n\ndata: [DONE]\n\n");
});

/** A client that sees every byte. */
function openSocket(port: number) {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  let seen = "";
  const ended = Promise.withResolvers<string>();
  socket.on("data", (text) => {
    seen += String(text);
  });
  socket.on("end", () => ended.resolve(seen));
  return {
    send: (text: string) => socket.write(text),
    ended: ended.promise,
    async until(end: string): Promise<string> {
      while (!seen.endsWith(end)) await once(socket, "data");
      const answer = seen;
      seen = "";
      return answer;
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** The text of a chunked body, given as one character a byte. */
function decodeChunks(body: string): string {
  let [text, rest] = ["", body];
  for (;;) {
    const [size = ""] = rest.split("\r\n", 1);
    const from = size.length + 2;
    const end = from + Number.parseInt(size, 16);
    if (end === from) return Buffer.from(text, "latin1").toString();
    text += rest.slice(from, end);
    expect(rest.slice(end, end + 2)).toBe("\r\n");
    rest = rest.slice(end + 2);
  }
}

/** Counts what reaches the operating system: a socket is asked to write one piece, or several at once. */
function watchWrites({ socket }: ServerResponse): () => number {
  if (socket === null) throw new Error("The response has no socket.");
  const [one, many] = [vi.spyOn(socket, "_write"), vi.spyOn(socket, "_writev")];
  return () => one.mock.calls.length + many.mock.calls.length;
}

/** @returns The whole body. */
function ask(port: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  request({ port, host: "127.0.0.1", agent: false }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("end", () => resolve(Buffer.concat(chunks).toString()));
  }).end();
  return promise;
}

/** A server whose answers are written by hand. */
async function listen() {
  const asking: ServerResponse[] = [];
  const server = createServer((_, response) => {
    asking.push(response);
    server.emit("asked");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // safe: a listening TCP server has such an address
  const { port } = server.address() as AddressInfo;
  return {
    port,
    /** The next response to be written. */
    async respond(): Promise<ServerResponse> {
      if (asking.length === 0) await once(server, "asked");
      const response = asking.shift();
      if (response === undefined) throw new Error("Nobody asked.");
      return response;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

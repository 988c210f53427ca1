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

it("keeps the answers of one connection in order, and whole, when the next was asked for early", async () => {
  await using server = await listen();
  const signal = AbortSignal.timeout(5_000);
  using client = openSocket(server.port);
  client.send("GET /1 HTTP/1.1\r\nhost: local\r\n\r\n");
  client.send("GET /2 HTTP/1.1\r\nhost: local\r\nconnection: close\r\n\r\n");
  const first = new EventStreamWriter(await server.respond(), () => ({}));
  const second = new EventStreamWriter(await server.respond(), () => ({}));

  for (const number of [1, 2]) {
    await second.send(`data: second ${number}\n\n`, signal);
    await first.send(`data: first ${number}\n\n`, signal);
  }
  await first.done("", signal);
  await setImmediate();
  await second.send("data: second 3\n\n", signal);
  await second.done("", signal);

  const [, ...answers] = (await client.ended).split("HTTP/1.1 200");
  expect(answers.map((answer) => decodeChunks(answer.slice(answer.indexOf("\r\n\r\n") + 4)))).toEqual([
    "data: first 1\n\ndata: first 2\n\ndata: [DONE]\n\n",
    "data: second 1\n\ndata: second 2\n\ndata: second 3\n\ndata: [DONE]\n\n",
  ]);
});

it("waits for a reader that is behind, and goes on when it has read", async () => {
  await using server = await listen();
  const signal = AbortSignal.timeout(5_000);
  using client = openSocket(server.port);
  client.send("GET / HTTP/1.1\r\nhost: local\r\n\r\n");
  const writer = new EventStreamWriter(await server.respond(), () => ({}));
  client.pause();

  let behind: Promise<void> | undefined;
  let sent = 0;
  for (; behind === undefined && sent < 1_000; sent += 1) behind = writer.send(event, signal);
  const wasBehind = writer.isBehind;
  client.resume();
  await behind;
  const isBehind = writer.isBehind;
  await writer.done("", signal);

  expect([wasBehind, isBehind]).toEqual([true, false]);
  const answer = await client.until("0\r\n\r\n");
  expect(decodeChunks(answer.slice(answer.indexOf("\r\n\r\n") + 4))).toBe(
    `${event.repeat(sent)}data: [DONE]\n\n`,
  );
});

it("stops waiting for a reader that is behind when the call is aborted", async () => {
  await using server = await listen();
  const call = new AbortController();
  using client = openSocket(server.port);
  client.send("GET / HTTP/1.1\r\nhost: local\r\n\r\n");
  const writer = new EventStreamWriter(await server.respond(), () => ({}));
  client.pause();

  let behind: Promise<void> | undefined;
  while (behind === undefined) behind = writer.send(event, call.signal);
  call.abort();

  await expect(behind).rejects.toThrow("aborted");
});

it("raises no error when it writes to a client that has closed its side", async () => {
  await using server = await listen();
  const { signal } = new AbortController();
  using client = openSocket(server.port);
  client.send("GET / HTTP/1.1\r\nhost: local\r\n\r\n");
  const response = await server.respond();
  const writer = new EventStreamWriter(response, () => ({}));
  const errors: unknown[] = [];
  const { socket } = response;
  if (socket === null) throw new Error("The response has no socket.");
  socket.on("error", (error) => errors.push(error));
  await writer.send(event, signal);
  const closed = once(response, "close");

  client.end();
  await once(socket, "end");
  writer.comment("after the client's end");
  await closed;
  writer.comment("after the connection's end");
  await setImmediate();

  expect(errors).toEqual([]);
});

const event = `data: "${"x".repeat(100_000)}"\n\n`;

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
    end: () => socket.end(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
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

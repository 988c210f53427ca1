import { once } from "node:events";
import { type Agent, type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";

export type RawCall = {
  method?: string;
  body?: unknown;
  headers?: { [name: string]: string };
  agent?: Agent;
  /** Gives up after so many bytes of body. */
  maxBytes?: number;
  timeoutMs?: number;
};

export type RawAnswer = {
  status: number;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  trailers: { [name: string]: string | undefined };
  httpVersion: string;
  informational: number[];
  /** The pieces as they came off the socket. */
  chunks: Buffer[];
  text: string;
  /** Whether HTTP saw a proper end. */
  isComplete: boolean;
  /** `ECONNRESET`, `timeout`, a parser's code …; undefined for a clean exchange. */
  error: string | undefined;
};

/** One call with Node's plain HTTP client, which reports what happened instead of throwing. */
export async function callRaw(url: string, call: RawCall = {}): Promise<RawAnswer> {
  const answer: RawAnswer = {
    status: 0,
    headers: {},
    rawHeaders: [],
    trailers: {},
    httpVersion: "",
    informational: [],
    chunks: [],
    text: "",
    isComplete: false,
    error: undefined,
  };
  const method = call.method ?? (call.body === undefined ? "GET" : "POST");
  const body = call.body === undefined ? undefined : toBody(call.body);
  // Announced by hand, because Node frames no body of a DELETE by itself.
  const framing = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const headers = { ...framing, ...call.headers };
  const outgoing = request(url, { method, headers, agent: call.agent ?? false });
  const over = Promise.withResolvers<void>();
  outgoing.on("information", ({ statusCode }) => answer.informational.push(statusCode));
  outgoing.on("continue", () => undefined);
  outgoing.on("error", (error: NodeJS.ErrnoException) => {
    answer.error ??= error.code ?? error.message;
    over.resolve();
  });
  outgoing.setTimeout(call.timeoutMs ?? 4000, () => {
    answer.error ??= "timeout";
    outgoing.destroy();
    over.resolve();
  });
  outgoing.on("response", (incoming) => {
    answer.status = incoming.statusCode ?? 0;
    answer.headers = incoming.headers;
    answer.rawHeaders = incoming.rawHeaders;
    answer.httpVersion = incoming.httpVersion;
    let received = 0;
    incoming.on("data", (chunk: Buffer) => {
      answer.chunks.push(chunk);
      received += chunk.length;
      if (call.maxBytes !== undefined && received >= call.maxBytes) outgoing.destroy();
    });
    incoming.on("error", (error: NodeJS.ErrnoException) => (answer.error ??= error.code ?? error.message));
    incoming.on("close", () => {
      answer.isComplete = incoming.complete;
      answer.trailers = incoming.trailers;
      over.resolve();
    });
  });
  outgoing.end(body);
  await over.promise;
  answer.text = Buffer.concat(answer.chunks).toString("utf8");
  return answer;
}

/** Everything a server sends on one connection, as bytes, until either side ends it. */
export async function readSocket(url: string, request: string, maxBytes = 1_000_000): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  let received = 0;
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    received += chunk.length;
    if (received >= maxBytes) socket.destroy();
  });
  socket.on("error", () => undefined);
  socket.write(request);
  await once(socket, "close");
  return Buffer.concat(chunks).toString("utf8");
}

function toBody(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

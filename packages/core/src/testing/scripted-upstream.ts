/** What a transport is asked for. Structural: any transport that takes requests and gives byte streams fits. */
export type ScriptedTransport = (request: {
  readonly method: "GET" | "POST" | "DELETE" | "HEAD";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}>;

/** A request as an endpoint saw it. */
export type SeenRequest = {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What an endpoint does with one request. */
export type ScriptedReply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string | Uint8Array;
      /** After the body: `end` it cleanly (default), `reset` the connection, or stay `silent`. */
      readonly ending?: "end" | "reset" | "silent";
    }
  /** No answer at all: the connection is `refused`, or nothing ever comes. */
  | { readonly never: "refused" | "silent" };

export type Script = (request: SeenRequest) => ScriptedReply;

/** Cuts a body into the pieces in which it arrives. */
export type Chunking = (body: Uint8Array) => readonly Uint8Array[];

/** An endpoint that follows a script, and the way to it. */
export type ScriptedUpstream = {
  readonly baseUrl: string;
  readonly transport: ScriptedTransport;
  readonly requests: readonly SeenRequest[];
  /** Resolves when the first request is here. */
  readonly arrived: Promise<void>;
  /** Resolves when a client has closed a connection before its answer was complete. */
  readonly abandoned: Promise<void>;
  stop(): Promise<void>;
};

/** Makes endpoints: in this process, or real servers on real sockets. */
export type ServeScript = (script: Script, chunking: Chunking) => Promise<ScriptedUpstream>;

/** The body in one piece. */
export const inOnePiece: Chunking = (body) => [body];

/** The body byte by byte: inside of names, escapes and characters. */
export const byteByByte: Chunking = (body) => Array.from(body, (_, at) => body.subarray(at, at + 1));

/** The body in two pieces. */
export function splitAt(offset: number): Chunking {
  return (body) => [body.subarray(0, offset), body.subarray(offset)].filter((piece) => piece.length > 0);
}

/** An endpoint in this process: no sockets, bytes exactly as the script says. */
export const serveInProcess: ServeScript = (script, chunking) => {
  const requests: SeenRequest[] = [];
  const arrived = Promise.withResolvers<void>();
  const abandoned = Promise.withResolvers<void>();
  const transport: ScriptedTransport = async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = await readRequestBody(request.body);
    const seen = { method: request.method, path: pathname + search, headers: request.headers, body };
    requests.push(seen);
    arrived.resolve();
    const reply = script(seen);
    if ("never" in reply) {
      if (reply.never === "refused") throw refused();
      return untilAborted(request.signal, abandoned.resolve);
    }
    return {
      status: reply.status ?? 200,
      headers: reply.headers ?? {},
      body: streamReply(reply, { chunking, signal: request.signal, onAbandoned: abandoned.resolve }),
    };
  };
  return Promise.resolve({
    baseUrl: "http://upstream.test",
    transport,
    requests,
    arrived: arrived.promise,
    abandoned: abandoned.promise,
    stop: () => Promise.resolve(),
  });
};

async function readRequestBody(body: Parameters<ScriptedTransport>[0]["body"]): Promise<string> {
  if (body === undefined || typeof body === "string") return body ?? "";
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of body) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

type Streaming = {
  readonly chunking: Chunking;
  readonly signal: AbortSignal;
  readonly onAbandoned: () => void;
};

async function* streamReply(
  reply: Extract<ScriptedReply, { body: unknown }>,
  { chunking, signal, onAbandoned }: Streaming,
): AsyncGenerator<Uint8Array> {
  const body = typeof reply.body === "string" ? new TextEncoder().encode(reply.body) : reply.body;
  let isOver = false;
  try {
    for (const piece of chunking(body)) {
      signal.throwIfAborted();
      yield piece;
    }
    if (reply.ending === "silent") await untilAborted(signal, onAbandoned);
    isOver = true;
    if (reply.ending === "reset") throw new TypeError("terminated", { cause: withCode("ECONNRESET") });
  } finally {
    if (!isOver) onAbandoned();
  }
}

function untilAborted(signal: AbortSignal, onAbandoned: () => void): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => {
      onAbandoned();
      reject(new DOMException("This operation was aborted", "AbortError"));
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

function refused(): Error {
  return new TypeError("fetch failed", { cause: withCode("ECONNREFUSED") });
}

function withCode(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code });
}

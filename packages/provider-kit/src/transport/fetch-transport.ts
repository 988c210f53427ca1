import type { HttpRequest, HttpResponse } from "./http-transport.ts";

/** The global `fetch` as a transport: for browsers and for Node without undici. No pool, no connect deadline, no address policy. */
export async function fetchTransport(request: HttpRequest): Promise<HttpResponse> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    redirect: "manual",
    credentials: "omit",
    cache: "no-store",
    signal: request.signal,
    ...(request.body !== undefined && toBodyInit(request.body)),
  });
  const headers = Object.fromEntries(response.headers);
  // fetch has decoded the body already; what it left of these two describes other bytes.
  delete headers["content-encoding"];
  delete headers["content-length"];
  return { status: statusOf(response), headers, body: readStream(response.body) };
}

// Browsers hide a redirect's status.
function statusOf(response: Response): number {
  return response.type === "opaqueredirect" ? 302 : response.status;
}

function toBodyInit(body: NonNullable<HttpRequest["body"]>): RequestInit & { readonly duplex?: "half" } {
  if (typeof body === "string") return { body };
  // safe: nothing here makes a view on shared memory, which is what the narrower type excludes
  if (body instanceof Uint8Array) return { body: body as Uint8Array<ArrayBuffer> };
  return { body: toStream(body), duplex: "half" };
}

// Not every browser has ReadableStream.from.
function toStream(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

// Not every browser can iterate a stream.
async function* readStream(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (stream === null) return;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Rejects when the stream has failed, which the reader was told already.
    await reader.cancel().catch(() => {});
  }
}

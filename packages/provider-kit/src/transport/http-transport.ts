/** One request, complete. `headers` have lower-case names. */
export type HttpRequest = {
  readonly method: "GET" | "POST" | "DELETE" | "HEAD";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Ends the request and the body's reading. */
  readonly signal: AbortSignal;
};

export type HttpResponse = {
  readonly status: number;
  /** Lower-case names; repeated headers are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Can be read once. Leaving the iteration early closes the connection. */
  readonly body: AsyncIterable<Uint8Array> & Partial<ByteSource>;
};

/** A body that can also give its bytes in the turn in which they arrive, without a promise for each read. */
export interface ByteSource {
  /** Resolves at the end, or when `take` has said that it has enough: then the rest can be iterated. */
  deliver(take: TakeBytes): Promise<void>;
}

/** Takes what one read brought, and says whether it wants more. While its promise is pending, nothing comes. */
export type TakeBytes = (bytes: Uint8Array) => boolean | Promise<boolean>;

/**
 * How bytes reach an endpoint. Resolves when the response's headers have arrived, whatever the status.
 *
 * It must not follow redirects nor decompress, and must reject, or fail the body, as soon as `signal` aborts. What it
 * throws is turned into a `DomainError` by its caller.
 */
export interface HttpTransport {
  (request: HttpRequest): Promise<HttpResponse>;
  /** Frees sockets once running requests have ended. */
  close?(): Promise<void>;
}

/**
 * Thrown by a transport when a socket that had served before died before a byte of this answer came: the endpoint closed
 * it while the request was on its way, so the request can be sent again at once.
 */
export class StaleSocketError extends Error {
  readonly code = staleSocketCode;

  constructor(cause: unknown) {
    super("The connection was closed while it was idle.", { cause });
    this.name = "StaleSocketError";
  }
}

const staleSocketCode = "ERR_STALE_SOCKET";

/** By its code: two copies of this package may be installed. */
export function isStaleSocketError(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === staleSocketCode;
}

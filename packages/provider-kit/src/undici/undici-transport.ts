import { DomainError, limits } from "@corral/core";
import { Readable } from "node:stream";
import { lookup as resolveName, type LookupAddress, type LookupOptions } from "node:dns";
import { buildConnector, errors, Pool, ProxyAgent, type Dispatcher } from "undici";
import { assertOutboundHost } from "../outbound/assert-outbound-url.ts";
import { isOutboundAddress, type AddressPolicy } from "../outbound/outbound-address.ts";
import {
  StaleSocketError,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
} from "../transport/http-transport.ts";
import { openResponse } from "./open-response.ts";
import { readStraight } from "./straight-reads.ts";

export type UndiciTransportOptions = {
  /** The endpoint; only its origin counts. Requests to other origins are refused. */
  readonly url: string;
  /** Sockets at most. Further requests wait for one. Default 128. */
  readonly connections?: number;
  /** Name resolution, TCP and TLS together. Default 5 s. */
  readonly connectMs?: number;
  readonly tls?: {
    /** PEM certificates trusted instead of the system's. */
    readonly ca?: string | readonly string[];
    /** `false` accepts any certificate. Only for tests and explicit choices. */
    readonly rejectUnauthorized?: boolean;
    readonly servername?: string;
  };
  /** Which addresses may be connected to. Default {@link isOutboundAddress}. */
  readonly addressPolicy?: AddressPolicy;
  /**
   * An HTTP proxy to tunnel through. It resolves the endpoint's name, so only literal addresses are checked; the proxy's
   * own address is. Proxies that the environment names are always ignored.
   */
  readonly proxy?: string;
  /** Value of the header `proxy-authorization`, for the proxy alone. */
  readonly proxyAuthorization?: string;
  /** Resolves names. Default: the system's resolver. */
  readonly lookup?: typeof resolveName;
};

/**
 * A transport with its own undici pool, for Node 22.19 and later: no redirects, no proxies of the environment, no
 * decompression, response headers of at most 32 KiB, and every resolved address checked before the socket is made.
 *
 * @throws DomainError `outbound_denied` when the host is an address that the policy refuses.
 */
export function createUndiciTransport(
  options: UndiciTransportOptions,
): HttpTransport & { close(): Promise<void> } {
  const { origin, hostname } = new URL(options.url);
  const isAllowed = options.addressPolicy ?? isOutboundAddress;
  // A literal address never reaches the lookup below.
  assertOutboundHost(hostname, isAllowed);
  const served = new WeakSet<object>();
  const dispatcher = createDispatcher(origin, { ...options, isAllowed, served });
  const transport = (request: HttpRequest) => send(request, { dispatcher, origin, served });
  return Object.assign(transport, { close: () => dispatcher.close() });
}

type DispatcherOptions = UndiciTransportOptions & {
  readonly isAllowed: AddressPolicy;
  /** Errors of sockets that had served before. */
  readonly served: WeakSet<object>;
};

function createDispatcher(origin: string, options: DispatcherOptions): Dispatcher {
  const settings = {
    connections: options.connections ?? 128,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: limits.upstreamHeaderBytes,
    keepAliveTimeout: 10_000,
    // A busy socket would never notice that its name leads elsewhere now.
    clientTtl: 300_000,
    // The caller's clock names the phase that ran out; the pool's own timers would not.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const connectSocket = buildConnector({
    ...(options.proxy === undefined && toTlsOptions(options)),
    allowH2: false,
    timeout: options.connectMs ?? 5_000,
    lookup: checkedLookup(options.isAllowed, options.lookup),
  });
  const connect: typeof connectSocket = (target, callback) => {
    connectSocket(target, (...result) => {
      const [error, socket] = result;
      if (error === null) {
        if (options.proxy === undefined) readStraight(socket);
        socket.on("error", (failure) => {
          if (socket.bytesRead > 0) options.served.add(failure);
        });
      }
      callback(...result);
    });
  };
  if (options.proxy === undefined) return new Pool(origin, { ...settings, connect });
  assertOutboundHost(new URL(options.proxy).hostname, options.isAllowed);
  return new ProxyAgent({
    ...settings,
    uri: options.proxy,
    ...(options.proxyAuthorization !== undefined && { token: options.proxyAuthorization }),
    proxyTunnel: true,
    requestTls: toTlsOptions(options),
    clientFactory: (proxy, poolOptions) => new Pool(proxy, { ...poolOptions, connect }),
  });
}

type Way = { readonly dispatcher: Dispatcher; readonly origin: string; readonly served: WeakSet<object> };

async function send(request: HttpRequest, { dispatcher, origin, served }: Way): Promise<HttpResponse> {
  const url = new URL(request.url);
  if (url.origin !== origin) {
    throw new DomainError("outbound_denied", "The request leaves the connection's own origin.");
  }
  try {
    const options = {
      origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: { ...request.headers, "accept-encoding": "identity" },
      body: toUndiciBody(request.body),
    };
    const { status, headers, body } = await openResponse(dispatcher, options, request.signal);
    return { status, headers: joinHeaders(headers), body };
  } catch (error) {
    throw isOfServedSocket(error, served) ? new StaleSocketError(error) : error;
  }
}

/** Whether a socket broke that had brought earlier answers. A closed one tells what it has read, a reset one was marked. */
function isOfServedSocket(error: unknown, served: WeakSet<object>): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof errors.SocketError) {
    // "bad response" is of a socket that works.
    return error.message.endsWith("closed") && (error.socket?.bytesRead ?? 0) > 0;
  }
  return served.has(error) && "code" in error && /^(?:ECONNRESET|EPIPE)$/u.test(String(error.code));
}

function toUndiciBody(body: HttpRequest["body"]): string | Uint8Array | Readable | null {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) return body ?? null;
  return Readable.from(body);
}

function joinHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) joined[name] = typeof value === "string" ? value : value.join(", ");
  }
  return joined;
}

function toTlsOptions({ tls }: UndiciTransportOptions): {
  ca?: string[];
  rejectUnauthorized?: boolean;
  servername?: string;
} {
  return {
    ...(tls?.ca !== undefined && { ca: [tls.ca].flat() }),
    ...(tls?.rejectUnauthorized !== undefined && { rejectUnauthorized: tls.rejectUnauthorized }),
    ...(tls?.servername !== undefined && { servername: tls.servername }),
  };
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Resolves a name and gives the socket only addresses that the policy allows, so that a second answer cannot differ. */
export function checkedLookup(isAllowed: AddressPolicy, resolve: typeof resolveName = resolveName) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(({ address }) => isAllowed(address));
      const first = allowed[0];
      if (first === undefined) {
        const message = "The address's name leads to a place that Corral never connects to.";
        return callback(new DomainError("outbound_denied", message), []);
      }
      return options.all === true ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}

import { DomainError, limits } from "@corral/core";
import { Readable } from "node:stream";
import { lookup as resolveName, type LookupAddress, type LookupOptions } from "node:dns";
import { Pool } from "undici";
import { assertOutboundHost } from "../outbound/assert-outbound-url.ts";
import { isOutboundAddress, type AddressPolicy } from "../outbound/outbound-address.ts";
import type { HttpRequest, HttpResponse, HttpTransport } from "../transport/http-transport.ts";
import { openResponse } from "./open-response.ts";

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
  const pool = new Pool(origin, {
    connections: options.connections ?? 128,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: limits.upstreamHeaderBytes,
    keepAliveTimeout: 10_000,
    // The caller's clock names the phase that ran out; the pool's own timers would not.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      ...toTlsOptions(options),
      timeout: options.connectMs ?? 5_000,
      lookup: checkedLookup(isAllowed),
    },
  });
  const transport = (request: HttpRequest) => send(pool, origin, request);
  return Object.assign(transport, { close: () => pool.close() });
}

async function send(pool: Pool, origin: string, request: HttpRequest): Promise<HttpResponse> {
  const url = new URL(request.url);
  if (url.origin !== origin) {
    throw new DomainError("outbound_denied", "The request leaves the connection's own origin.");
  }
  const options = {
    path: url.pathname + url.search,
    method: request.method,
    headers: { ...request.headers, "accept-encoding": "identity" },
    body: toUndiciBody(request.body),
  };
  const { status, headers, body } = await openResponse(pool, options, request.signal);
  return { status, headers: joinHeaders(headers), body };
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
export function checkedLookup(isAllowed: AddressPolicy) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
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

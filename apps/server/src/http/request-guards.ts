import { DomainError } from "@corral/core";
import type { FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";

/** What the guards need to know of where we are. */
export type ServedAt = {
  /** What browsers see. */
  readonly publicUrl: URL;
  /** Whether only this machine can connect to us. */
  readonly isLoopback: boolean;
};

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * On a loopback address only our own names are answered: a web page whose name was re-bound to 127.0.0.1 sends its own.
 *
 * @throws DomainError `misdirected_request`.
 */
export function assertOwnHost(request: FastifyRequest, servedAt: ServedAt): void {
  if (!servedAt.isLoopback) return;
  const { host } = request.headers;
  const name = host === undefined ? "" : host.replace(/:\d+$/u, "").toLowerCase();
  if (loopbackNames.has(name) || name === servedAt.publicUrl.hostname) return;
  throw new DomainError("misdirected_request");
}

/**
 * A cookie alone does not prove that our own pages sent a request: a write must come from our origin, as the browser
 * itself says. A bearer token is proof enough: browsers never send one by themselves.
 *
 * @throws DomainError `access_denied`.
 */
export function assertSameOrigin(request: FastifyRequest, servedAt: ServedAt): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  if (/^bearer/iu.test(request.headers.authorization ?? "")) return;
  const { origin, "sec-fetch-site": site } = request.headers;
  if (origin !== undefined) {
    if (isOwnOrigin(origin, servedAt)) return;
  } else if (site === undefined || site === "same-origin" || site === "none") {
    return;
  }
  throw new DomainError("access_denied", "The request comes from another site.");
}

function isOwnOrigin(origin: string, { publicUrl, isLoopback }: ServedAt): boolean {
  if (origin === publicUrl.origin) return true;
  if (!isLoopback || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (
    url.protocol === publicUrl.protocol && url.port === publicUrl.port && loopbackNames.has(url.hostname)
  );
}

/** Whether an address to listen on can be reached from this machine only. */
export function isLoopbackHost(host: string): boolean {
  if (host === "localhost") return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}

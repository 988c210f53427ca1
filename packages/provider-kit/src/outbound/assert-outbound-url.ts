import { DomainError } from "@corral/core";
import { isOutboundAddress, type AddressPolicy } from "./outbound-address.ts";

const deniedNames = new Set(["metadata", "metadata.google.internal", "metadata.goog", "instance-data"]);

/**
 * Checks an endpoint's address as an administrator typed it: http or https, no credentials, no query, no fragment, not
 * an address that Corral never connects to. Names are checked again when they are resolved, see `createUndiciTransport`.
 *
 * @returns The parsed address.
 * @throws DomainError `outbound_denied`, with what is wrong and what to do.
 */
export function assertOutboundUrl(url: string, isAllowed: AddressPolicy = isOutboundAddress): URL {
  if (!URL.canParse(url)) throw denied("is not a URL; write it like http://127.0.0.1:11434");
  const parsed = new URL(url);
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:")
    throw denied("must begin with http:// or https://");
  if (parsed.username !== "" || parsed.password !== "") {
    throw denied("must not contain a user name or password; use the key or a header instead");
  }
  if (parsed.search !== "" || parsed.hash !== "") throw denied("must not contain ? or #");
  assertOutboundHost(parsed.hostname, isAllowed);
  return parsed;
}

/** Checks a host as `URL` gives it: a name, an IPv4 address or a bracketed IPv6 address. */
export function assertOutboundHost(hostname: string, isAllowed: AddressPolicy): void {
  const host = hostname.replace(/\.$/u, "");
  if (deniedNames.has(host)) throw denied(`names a metadata service (${host})`);
  const literal = /^\[(.*)\]$/u.exec(host)?.[1] ?? (/^\d+\.\d+\.\d+\.\d+$/u.test(host) ? host : undefined);
  if (literal !== undefined && !isAllowed(literal))
    throw denied(`is one that Corral never connects to (${literal})`);
}

function denied(problem: string): DomainError {
  return new DomainError("outbound_denied", `The address ${problem}.`);
}

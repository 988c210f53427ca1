import { DomainError } from "@corral/core";
import { isLoopbackHost } from "./http/request-guards.ts";

export type OwnAddress = {
  readonly publicUrl: URL;
  /** To listen at; 0 before one is chosen, which the public URL then has. */
  readonly port: number;
};

/**
 * Refuses the address that we serve at, as people name it or on this machine: every listing and every call would come
 * back to us.
 *
 * @throws DomainError `outbound_denied`.
 */
export function assertNotOurselves(url: string, { publicUrl, port }: OwnAddress): void {
  const address = new URL(url);
  const ownPorts = [String(port), ...(isHere(publicUrl) ? [portOf(publicUrl)] : [])];
  if (address.origin === publicUrl.origin || (isHere(address) && ownPorts.includes(portOf(address)))) {
    throw new DomainError("outbound_denied", "The address is Corral's own: it would call itself.");
  }
}

function isHere({ hostname }: URL): boolean {
  return isLoopbackHost(hostname.replace(/^\[|\]$|\.$/gu, ""));
}

function portOf({ port, protocol }: URL): string {
  if (port !== "") return port;
  return protocol === "https:" ? "443" : "80";
}

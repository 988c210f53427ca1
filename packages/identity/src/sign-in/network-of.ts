import { isIPv4 } from "node:net";
import { normalizeIP } from "@better-auth/core/utils/ip";

/** The network that an address counts for: a /24, or a /64, which is what one customer of a provider has. */
export function networkOf(address: string): string {
  const normal = normalizeIP(address.replace(/%.*$/, ""), { ipv6Subnet: 64 });
  return isIPv4(normal) ? normal.slice(0, normal.lastIndexOf(".")) : normal;
}

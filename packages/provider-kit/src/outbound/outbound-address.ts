import ipaddr from "ipaddr.js";

type Cidr = readonly [address: string, bits: number];

/*
 * Never a model provider, often a way to a cloud's credentials. Private and loopback addresses are allowed: that is
 * where people run Ollama.
 */
const deniedIpv4: readonly Cidr[] = [
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["100.100.100.200", 32], // Alibaba Cloud's metadata service
  ["168.63.129.16", 32], // Azure's platform service
  ["192.0.0.192", 32], // Oracle Cloud's metadata service
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
const deniedIpv6: readonly Cidr[] = [
  ["::", 128],
  ["fe80::", 10],
  ["ff00::", 8],
  ["64:ff9b:1::", 48], // NAT64 with a local prefix: where it puts the IPv4 address cannot be known
  ["fd00:ec2::254", 128], // AWS's metadata service
  ["fd20:ce::254", 128], // Google Cloud's metadata service
];

/** Where an IPv6 address carries an IPv4 one: mapped, compatible, NAT64, 6to4 and Teredo (there inverted). */
const wrappers: readonly { readonly range: Cidr; readonly offset: number; readonly invert?: true }[] = [
  { range: ["::ffff:0:0", 96], offset: 12 },
  { range: ["::ffff:0:0:0", 96], offset: 12 },
  { range: ["::", 96], offset: 12 },
  { range: ["64:ff9b::", 96], offset: 12 },
  { range: ["2002::", 16], offset: 2 },
  { range: ["2001::", 32], offset: 12, invert: true },
];

/** Decides whether Corral may connect to an IP address (not a name). */
export type AddressPolicy = (address: string) => boolean;

/** The policy: everything but link-local, multicast, unspecified and metadata addresses, however they are wrapped. */
export function isOutboundAddress(address: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return isAllowedIpv4(ipaddr.IPv4.parse(address));
  const unzoned = address.replace(/%.*$/u, "");
  return ipaddr.IPv6.isValid(unzoned) && isAllowedIpv6(ipaddr.IPv6.parse(unzoned));
}

function isAllowedIpv4(address: ipaddr.IPv4): boolean {
  return !deniedIpv4.some(([range, bits]) => address.match(ipaddr.IPv4.parse(range), bits));
}

function isAllowedIpv6(address: ipaddr.IPv6): boolean {
  if (deniedIpv6.some(([range, bits]) => address.match(ipaddr.IPv6.parse(range), bits))) return false;
  const bytes = address.toByteArray();
  return wrappers.every(({ range: [range, bits], offset, invert }) => {
    if (!address.match(ipaddr.IPv6.parse(range), bits)) return true;
    const inner = bytes.slice(offset, offset + 4).map((byte) => (invert === true ? byte ^ 0xff : byte));
    // ::1 is loopback, not the compatible form of 0.0.0.1
    return isLoopbackIpv6(bytes) || isAllowedIpv4(new ipaddr.IPv4(inner));
  });
}

function isLoopbackIpv6(bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => byte === (at === 15 ? 1 : 0));
}

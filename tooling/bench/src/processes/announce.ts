import type { AddressInfo } from "node:net";

/** Tells whoever started this process where it listens, in the words in which Corral does. */
export function announce(address: AddressInfo | string | null): void {
  if (typeof address !== "object" || address === null) throw new Error("There is no TCP address.");
  process.stdout.write(`ready at http://127.0.0.1:${address.port}\n`);
}

import { Secret } from "@corral/core";
import { hkdfSync } from "node:crypto";

/** A secret for one purpose. Knowing it tells nothing about the one that it comes from, or another purpose's. */
export function deriveSecret(from: Secret, purpose: string): Secret {
  return new Secret(
    Buffer.from(hkdfSync("sha256", from.reveal(), "", `corral:${purpose}`, 32)).toString("base64url"),
  );
}

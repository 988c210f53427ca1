import { hash } from "node:crypto";

/**
 * What is stored and remembered in place of a session token or API key: its whole SHA-256, in hex. A slow hash would
 * protect nothing more, since there are 256 bits to guess.
 */
export function hashCredential(text: string): string {
  return hash("sha256", text, "hex");
}

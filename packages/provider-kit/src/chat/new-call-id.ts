const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** An id for a tool call whose provider gave none: `call_` and 144 random bits. */
export function newCallId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `call_${Array.from(bytes, (byte) => alphabet[byte & 63]).join("")}`;
}

const length = 9;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * A tool call's id as nine letters and digits. The same id always gives the same one, so that a call and its result
 * still belong together; one that has the form already stays.
 */
export function toShortCallId(id: string): string {
  if (/^[A-Za-z0-9]{9}$/u.test(id)) return id;
  // FNV-1a of 64 bits: the few calls of a conversation do not collide in 53 of them.
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(id)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  let text = "";
  for (let at = 0; at < length; at += 1) {
    text += alphabet[Number(hash % 62n)];
    hash /= 62n;
  }
  return text;
}

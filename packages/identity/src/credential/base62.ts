import { randomBytes } from "node:crypto";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Digits that hold any 256-bit number. */
export const secretLength = 43;

/** 256 random bits as 43 letters and digits. */
export function createSecretText(): string {
  return toBase62(BigInt(`0x${randomBytes(32).toString("hex")}`), secretLength);
}

/** A number in base 62, with zeros in front up to `length`. */
export function toBase62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; rest > 0n; rest /= 62n) text = alphabet.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, "0");
}

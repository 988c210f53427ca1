import { crc32 } from "node:zlib";
import { createSecretText, toBase62 } from "./base62.ts";

const shape = /^sk-([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** `sk-`, 256 random bits and a checksum: secret scanners recognize it, and a slip of the pen costs no query. */
export function createApiKeyText(): string {
  const secret = createSecretText();
  return `sk-${secret}${checksum(secret)}`;
}

/** Whether a text could be a key of ours. */
export function isApiKeyText(text: string): boolean {
  const [, secret, sum] = shape.exec(text) ?? [];
  return secret !== undefined && checksum(secret) === sum;
}

/** Enough to recognize a key by, with 200 bits and more left to guess. */
export function maskApiKey(text: string): string {
  return `${text.slice(0, 7)}…${text.slice(-2)}`;
}

function checksum(secret: string): string {
  return toBase62(BigInt(crc32(secret)), 6);
}

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { limits, type Secret } from "@corral/core";
import { z } from "zod";

const attemptSchema = z.strictObject({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  /** Milliseconds since 1970. */
  until: z.number(),
});
/** A sign-in that a browser has begun. It has the cookie, and nobody keeps anything here. */
export type Attempt = z.output<typeof attemptSchema>;

const cipher = "aes-256-gcm";
const ivBytes = 12;
const tagBytes = 16;

/** Seals an attempt so that its browser can carry it, and neither read nor alter it. */
export function sealAttempt(attempt: Attempt, secret: Secret): string {
  const iv = randomBytes(ivBytes);
  const encryption = createCipheriv(cipher, keyOf(secret), iv);
  const sealed = Buffer.concat([encryption.update(JSON.stringify(attempt), "utf8"), encryption.final()]);
  return Buffer.concat([iv, encryption.getAuthTag(), sealed]).toString("base64url");
}

/** `undefined` for what we did not seal, and for what took too long. */
export function openAttempt(
  text: string,
  { secret, now }: { readonly secret: Secret; readonly now: number },
): Attempt | undefined {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length <= ivBytes + tagBytes || bytes.length > limits.requestHeaderBytes) return undefined;
  try {
    const decryption = createDecipheriv(cipher, keyOf(secret), bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    }).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    const opened = Buffer.concat([decryption.update(bytes.subarray(ivBytes + tagBytes)), decryption.final()]);
    const attempt = attemptSchema.parse(JSON.parse(opened.toString("utf8")));
    return now < attempt.until ? attempt : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(secret: Secret): Buffer {
  return Buffer.from(hkdfSync("sha256", secret.reveal(), "", "corral single sign-on v1", 32));
}

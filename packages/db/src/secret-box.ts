import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** Where a sealed text stands. It cannot be opened anywhere else. */
export type SealedPlace = { readonly table: string; readonly id: string; readonly column: string };

/** Encrypts what must be given out again, under a key that the database never sees. */
export interface SecretBox {
  /** Names the root key without telling anything of it. */
  readonly keyId: string;
  /** @returns `v1.<key id>.<iv>.<ciphertext>.<tag>`, the last three in base64url. */
  seal(text: string, place: SealedPlace): string;
  /** @throws Error when the text was altered, moved from another place, or sealed with another key. */
  open(sealed: string, place: SealedPlace): string;
  /** Eight hexadecimal digits by which people recognize a key; never a part of it. */
  fingerprint(text: string): string;
}

const version = "v1";
const cipher = "aes-256-gcm";
/** As NIST SP 800-38D recommends for random ones. */
const ivBytes = 12;

/**
 * AES-256-GCM and HMAC-SHA-256 with a key of its own for each purpose, derived by HKDF-SHA-256.
 *
 * @param rootKey 32 random bytes.
 */
export function createSecretBox(rootKey: Uint8Array): SecretBox {
  if (rootKey.byteLength !== 32)
    throw new Error(`The secret key must have 32 bytes, not ${rootKey.byteLength}.`);
  const sealingKey = deriveKey(rootKey, "seal");
  const fingerprintKey = deriveKey(rootKey, "fingerprint");
  const keyId = shortHmac(deriveKey(rootKey, "key id"), "");

  return {
    keyId,
    seal(text, place) {
      const iv = randomBytes(ivBytes);
      const encryption = createCipheriv(cipher, sealingKey, iv).setAAD(toAad(place, keyId));
      const sealed = Buffer.concat([encryption.update(text, "utf8"), encryption.final()]);
      return [version, keyId, ...[iv, sealed, encryption.getAuthTag()].map(toText)].join(".");
    },
    open(sealed, place) {
      const [foundVersion, foundKeyId, iv, text, tag, ...rest] = sealed.split(".");
      if (
        foundVersion !== version ||
        iv === undefined ||
        text === undefined ||
        tag === undefined ||
        rest.length > 0
      ) {
        throw new Error(`The secret in ${describe(place)} is not in a form that this version knows.`);
      }
      if (foundKeyId !== keyId) {
        throw new Error(
          `The secret in ${describe(place)} was sealed with key ${foundKeyId}; this one is ${keyId}.`,
        );
      }
      try {
        const decryption = createDecipheriv(cipher, sealingKey, fromText(iv), { authTagLength: 16 })
          .setAAD(toAad(place, keyId))
          .setAuthTag(fromText(tag));
        return Buffer.concat([decryption.update(fromText(text)), decryption.final()]).toString("utf8");
      } catch (error) {
        throw new Error(`The secret in ${describe(place)} was altered, or belongs elsewhere.`, {
          cause: error,
        });
      }
    },
    fingerprint: (text) => shortHmac(fingerprintKey, text),
  };
}

function deriveKey(rootKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", rootKey, "", `corral ${purpose} ${version}`, 32));
}

function shortHmac(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text, "utf8").digest("hex").slice(0, 8);
}

function toAad(place: SealedPlace, keyId: string): Buffer {
  return Buffer.from(`${place.table}:${place.id}:${place.column}:${keyId}`, "utf8");
}

function toText(bytes: Buffer): string {
  return bytes.toString("base64url");
}

function fromText(text: string): Buffer {
  return Buffer.from(text, "base64url");
}

function describe(place: SealedPlace): string {
  return `${place.table}.${place.column} of ${place.id}`;
}

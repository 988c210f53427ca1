import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** Where a sealed text stands. It cannot be opened anywhere else. */
export type SealedPlace = { readonly table: string; readonly id: string; readonly column: string };

/** 32 random bytes each: the first one seals, all of them open. */
export type RootKeys = readonly [Uint8Array, ...Uint8Array[]];

/** Encrypts what must be given out again, under keys that the database never sees. */
export interface SecretBox {
  /** Names the root key that seals, without telling anything of it. */
  readonly keyId: string;
  /** Of all the root keys. */
  readonly keyIds: readonly string[];
  /** @returns `v1.<key id>.<iv>.<ciphertext>.<tag>`, the last three in base64url. */
  seal(text: string, place: SealedPlace): string;
  /** @throws Error when the text was altered, moved from another place, or sealed with a key that is not there. */
  open(sealed: string, place: SealedPlace): string;
  /** Eight hexadecimal digits by which people recognize a secret; never a part of it. Another key gives others. */
  fingerprint(text: string): string;
}

const version = "v1";
const cipher = "aes-256-gcm";
/** As NIST SP 800-38D recommends for random ones. */
const ivBytes = 12;

/** AES-256-GCM and HMAC-SHA-256 with keys of their own for each purpose, derived from the root keys by HKDF-SHA-256. */
export function createSecretBox(rootKeys: RootKeys): SecretBox {
  for (const { byteLength } of rootKeys) {
    if (byteLength !== 32) throw new Error(`A secret key must have 32 bytes, not ${byteLength}.`);
  }
  const [active] = rootKeys;
  const keyId = keyIdOf(active);
  const openingKeys = new Map(rootKeys.map((key) => [keyIdOf(key), deriveKey(key, "seal")]));
  const sealingKey = deriveKey(active, "seal");
  const fingerprintKey = deriveKey(active, "fingerprint");

  return {
    keyId,
    keyIds: [...openingKeys.keys()],
    seal(text, place) {
      const iv = randomBytes(ivBytes);
      const encryption = createCipheriv(cipher, sealingKey, iv).setAAD(toAad(place, keyId));
      const sealed = Buffer.concat([encryption.update(text, "utf8"), encryption.final()]);
      return [version, keyId, ...[iv, sealed, encryption.getAuthTag()].map(toText)].join(".");
    },
    open(sealed, place) {
      const [foundVersion, foundKeyId = "", iv, text, tag, ...rest] = sealed.split(".");
      if (
        foundVersion !== version ||
        iv === undefined ||
        text === undefined ||
        tag === undefined ||
        rest.length > 0
      ) {
        throw new Error(`The secret in ${describe(place)} is not in a form that this version knows.`);
      }
      const openingKey = openingKeys.get(foundKeyId);
      if (openingKey === undefined) {
        const known = [...openingKeys.keys()].join(", ");
        throw new Error(
          `The secret in ${describe(place)} was sealed with key ${foundKeyId}; known here: ${known}.`,
        );
      }
      try {
        const decryption = createDecipheriv(cipher, openingKey, fromText(iv), { authTagLength: 16 })
          .setAAD(toAad(place, foundKeyId))
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

/** Which root key sealed a text; `undefined` for what is not sealed. */
export function findKeyId(sealed: unknown): string | undefined {
  return typeof sealed === "string" && sealed.startsWith(`${version}.`) ? sealed.split(".")[1] : undefined;
}

/** Eight hexadecimal digits that name a root key. */
export function keyIdOf(rootKey: Uint8Array): string {
  return shortHmac(deriveKey(rootKey, "key id"), "");
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

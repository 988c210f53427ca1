import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/** What an authenticator does besides what it is asked: for the answers that must be refused. */
export type AuthenticatorFaults = {
  readonly origin?: string;
  readonly isVerified?: boolean;
  readonly rpId?: string;
  readonly counter?: number;
};

type Key = { readonly id: Buffer; readonly privateKey: KeyObject; counter: number };

/** A device with passkeys (WebAuthn level 2, ES256, no attestation), written from the specification. */
export class SoftwareAuthenticator {
  readonly #origin: string;
  #key: Key | undefined;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Answers `navigator.credentials.create`. */
  create(options: unknown, faults: AuthenticatorFaults = {}) {
    const { challenge, rp } = options as { challenge: string; rp: { id: string } }; // safe: our own server's answer
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const id = randomBytes(32);
    this.#key = { id, privateKey, counter: 0 };
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const cose = cborMap([
      [cborInteger(1), cborInteger(2)],
      [cborInteger(3), cborInteger(-7)],
      [cborInteger(-1), cborInteger(1)],
      [cborInteger(-2), cborBytes(Buffer.from(x, "base64url"))],
      [cborInteger(-3), cborBytes(Buffer.from(y, "base64url"))],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, cose]);
    const data = Buffer.concat([this.#head(faults.rpId ?? rp.id, { ...faults, isNew: true }), attested]);
    const attestationObject = cborMap([
      [cborText("fmt"), cborText("none")],
      [cborText("attStmt"), cborMap([])],
      [cborText("authData"), cborBytes(data)],
    ]);
    return this.#answer({
      clientDataJSON: this.#clientData("webauthn.create", challenge, faults).toString("base64url"),
      attestationObject: attestationObject.toString("base64url"),
      transports: ["internal"],
    });
  }

  /** Answers `navigator.credentials.get`. */
  get(options: unknown, faults: AuthenticatorFaults = {}) {
    const { challenge, rpId } = options as { challenge: string; rpId: string }; // safe: our own server's answer
    const clientData = this.#clientData("webauthn.get", challenge, faults);
    const data = this.#head(faults.rpId ?? rpId, { ...faults, isNew: false });
    const signed = Buffer.concat([data, createHash("sha256").update(clientData).digest()]);
    return this.#answer({
      clientDataJSON: clientData.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: sign("sha256", signed, this.#getKey().privateKey).toString("base64url"),
    });
  }

  #answer<Response extends object>(response: Response) {
    const id = this.#getKey().id.toString("base64url");
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  }

  #clientData(type: string, challenge: string, { origin = this.#origin }: AuthenticatorFaults): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #head(rpId: string, of: AuthenticatorFaults & { readonly isNew: boolean }): Buffer {
    const key = this.#getKey();
    key.counter = of.counter ?? key.counter + 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(key.counter);
    const flags = 0b1 | (of.isVerified === false ? 0 : 0b100) | (of.isNew ? 0b0100_0000 : 0);
    return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([flags]), counter]);
  }

  #getKey(): Key {
    if (this.#key === undefined) throw new Error("The authenticator has no passkey yet.");
    return this.#key;
  }
}

/** CBOR (RFC 8949), as much of it as a passkey needs. */
function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  return value < 256
    ? Buffer.from([(major << 5) | 24, value])
    : Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
const cborInteger = (value: number) => (value < 0 ? cborHead(1, -1 - value) : cborHead(0, value));
const cborBytes = (bytes: Buffer) => Buffer.concat([cborHead(2, bytes.length), bytes]);
const cborText = (text: string) => Buffer.concat([cborHead(3, text.length), Buffer.from(text)]);
const cborMap = (entries: readonly (readonly [Buffer, Buffer])[]) =>
  Buffer.concat([cborHead(5, entries.length), ...entries.flat()]);

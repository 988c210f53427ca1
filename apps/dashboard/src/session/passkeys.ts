import type { JsonObject } from "@corral/core";

/** Only on https and localhost, at a name, and in browsers that read the questions in their JSON form. */
export function canUsePasskeys(): boolean {
  // They belong to a name; browsers refuse them at an IP address.
  const isAddress = /^(?:[\d.]+|\[.*\])$/u.test(window.location.hostname);
  return !isAddress && typeof globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === "function";
}

/** Asks the device for a new passkey. @throws DOMException when it is declined. */
export async function createPasskey(options: JsonObject): Promise<JsonObject> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    // Our server's answer, which is made for this very function.
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return toJson(await navigator.credentials.create({ publicKey }));
}

/** Asks the device who holds it. @throws DOMException when it is declined. */
export async function askPasskey(options: JsonObject): Promise<JsonObject> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    // As above.
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return toJson(await navigator.credentials.get({ publicKey }));
}

function toJson(credential: Credential | null): JsonObject {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException("", "NotAllowedError");
  // Safe: that is what the function is for.
  return credential.toJSON() as unknown as JsonObject;
}

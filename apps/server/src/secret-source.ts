import { open, realpath } from "node:fs/promises";
import { DomainError, isSecretReference, limits, Secret, type SecretSource } from "@corral/core";
import type { SecretReferences } from "./env.ts";

/**
 * Reads the secrets that connections and documents refer to. Only what the operator allows: an administrator of Corral
 * must not get at the server's own keys by naming them.
 */
export function createSecretSource({ findVariable, names, folders }: SecretReferences): SecretSource {
  const isAllowedName = (name: string) =>
    !name.startsWith("CORRAL_") && (/^[A-Z][A-Z0-9_]*_API_KEY$/u.test(name) || names.includes(name));
  const resolve = async (reference: string): Promise<Secret> => {
    const name = /^env:(.+)$/su.exec(reference)?.[1];
    if (name === undefined) return readSecretFile(reference, folders);
    if (!isAllowedName(name)) throw notAllowed(reference, `the name ${name}`);
    const secret = findVariable(name);
    if (secret === undefined) throw missing(reference, "is not set for the server");
    return assertUsable(reference, secret);
  };
  return {
    resolve,
    async keep(reference) {
      await resolve(reference);
      return reference;
    },
  };
}

/** What could not be typed as a key is none either, and would break the request that it goes into. */
function assertUsable(reference: string, secret: Secret): Secret {
  const text = secret.reveal();
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]+$/u.test(text))
    throw missing(reference, "holds more than one line of text");
  if (isSecretReference(text)) throw missing(reference, "holds another reference");
  return secret;
}

async function readSecretFile(reference: string, folders: readonly string[]): Promise<Secret> {
  const path = reference.replace(/^file:/u, "");
  // links are followed first, so that none leads out of the folder
  const real = await realpath(path).catch(() => path);
  const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  if (
    !roots.some((root) => real.startsWith(root.endsWith("/") ? root : `${root}/`)) ||
    real.includes("/../")
  ) {
    throw notAllowed(reference, "its folder");
  }
  try {
    await using file = await open(real, "r");
    const { bytesRead, buffer } = await file.read(Buffer.alloc(limits.secretFileBytes + 1));
    if (bytesRead > limits.secretFileBytes) throw missing(reference, "is too large to be a secret");
    const text = buffer.toString("utf8", 0, bytesRead).replace(/\r?\n$/u, "");
    if (text === "") throw missing(reference, "is empty");
    return assertUsable(reference, new Secret(text));
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw missing(reference, "cannot be read by the server");
  }
}

function notAllowed(reference: string, what: string): DomainError {
  return new DomainError(
    "invalid_input",
    `${reference} may not be referred to. Whoever runs the server can allow ${what} in CORRAL_SECRET_REFERENCES.`,
    { details: { issues: [{ path: ["secrets"], message: "is not allowed" }] } },
  );
}

function missing(reference: string, problem: string): DomainError {
  return new DomainError("invalid_input", `${reference} ${problem}.`, {
    details: { issues: [{ path: ["secrets"], message: problem }] },
  });
}

import { hkdfSync, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "@corral/core";
import type { Env } from "./env.ts";
import { StartError } from "./start-error.ts";

/** The 32 bytes from which every other key is derived: from the environment, or from a file made at the first start. */
export async function readRootKey(env: Pick<Env, "secretKey" | "dataDir">): Promise<Uint8Array> {
  if (env.secretKey !== null) return Buffer.from(env.secretKey.reveal(), "base64");
  const path = join(env.dataDir, "secret.key");
  const stored = await readOrCreate(env.dataDir, path).catch((cause: unknown) => {
    if (!hasCode(cause)) throw cause;
    throw new StartError(
      `The data directory ${env.dataDir} cannot be used (${String(cause.code)}). Make it one that this user may write, or set CORRAL_DATA_DIR to another one.`,
      { cause },
    );
  });
  const key = Buffer.from(stored.trim(), "base64");
  if (key.length === 32) return key;
  throw new StartError(
    `${path} does not hold 32 bytes in base64. Restore the file from a backup, or set CORRAL_SECRET_KEY.`,
  );
}

async function readOrCreate(dataDir: string, path: string): Promise<string> {
  const stored = await readFile(path, "utf8").catch(ignore("ENOENT"));
  if (stored !== undefined) return stored;
  await createKeyFile(dataDir, path);
  return readFile(path, "utf8");
}

/** A key for one purpose, as text. Knowing it tells nothing about the root key or another purpose's. */
export function deriveKey(rootKey: Uint8Array, purpose: string): Secret {
  return new Secret(
    Buffer.from(hkdfSync("sha256", rootKey, "", `corral:${purpose}`, 32)).toString("base64url"),
  );
}

/** Whole or not at all, and never over another process's: a key that only half a file remembers is lost. */
async function createKeyFile(dataDir: string, path: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const own = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(own, "wx", 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString("base64")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(own, path).catch(ignore("EEXIST"));
  } finally {
    await rm(own);
  }
  await syncDirectory(dataDir);
}

/** So that the name survives a power cut as well. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function ignore(code: string): (error: unknown) => undefined {
  return (error) => {
    if (hasCode(error) && error.code === code) return undefined;
    throw error;
  };
}

function hasCode(error: unknown): error is Error & { readonly code: unknown } {
  return error instanceof Error && "code" in error;
}

import { hkdfSync, randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "@corral/core";
import type { Env } from "./env.ts";
import { StartError } from "./start-error.ts";

/** The 32 bytes from which every other key is derived: from the environment, or from a file made at the first start. */
export async function readRootKey(env: Pick<Env, "secretKey" | "dataDir">): Promise<Uint8Array> {
  if (env.secretKey !== null) return Buffer.from(env.secretKey.reveal(), "base64");
  const path = join(env.dataDir, "secret.key");
  const stored = await readFile(path, "utf8").catch(ignoreMissing);
  if (stored === undefined) return createKeyFile(env.dataDir, path);
  const key = Buffer.from(stored.trim(), "base64");
  if (key.length === 32) return key;
  throw new StartError(
    `${path} does not hold 32 bytes in base64. Restore the file from a backup, or set CORRAL_SECRET_KEY.`,
  );
}

/** A key for one purpose, as text. Knowing it tells nothing about the root key or another purpose's. */
export function deriveKey(rootKey: Uint8Array, purpose: string): Secret {
  return new Secret(
    Buffer.from(hkdfSync("sha256", rootKey, "", `corral:${purpose}`, 32)).toString("base64url"),
  );
}

async function createKeyFile(dataDir: string, path: string): Promise<Uint8Array> {
  const key = randomBytes(32);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${key.toString("base64")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return key;
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}

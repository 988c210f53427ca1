import { randomBytes } from "node:crypto";
import { chown, link, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RootKeys } from "@corral/db";
import type { Env } from "./env.ts";
import { StartError } from "./start-error.ts";

type Place = Pick<Env, "secretKey" | "oldSecretKeys" | "dataDir">;

/** Where the keys are kept that the environment does not give. */
export function keyFileOf({ dataDir }: Pick<Env, "dataDir">): string {
  return join(dataDir, "secret.key");
}

/**
 * The 32 bytes from which every other key is derived, and those that were used before: from the environment, or from a
 * file with one key a line, the newest first.
 *
 * @returns `undefined` where there is no key yet.
 */
export async function findRootKeys(env: Place): Promise<RootKeys | undefined> {
  const old = env.oldSecretKeys.map((key) => Buffer.from(key.reveal(), "base64"));
  if (env.secretKey !== null) return [Buffer.from(env.secretKey.reveal(), "base64"), ...old];
  const path = keyFileOf(env);
  const text = await readFile(path, "utf8").catch(ignore("ENOENT")).catch(unusable(env.dataDir));
  if (text === undefined) return undefined;
  const lines = text.split("\n").map((line) => line.trim());
  const [active, ...earlier] = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const keys: RootKeys = [toKey(path, active), ...earlier.map((line) => toKey(path, line))];
  return [...keys, ...old];
}

/** As {@link findRootKeys}, for a server that runs: the keys were there when it started. */
export async function readRootKeys(env: Place): Promise<RootKeys> {
  const keys = await findRootKeys(env);
  if (keys !== undefined) return keys;
  throw new StartError(`${keyFileOf(env)} is gone. Put it back from a backup, or set CORRAL_SECRET_KEY.`);
}

/** Where the key and the embedded database are going to be. */
export async function makeDataDir({ dataDir }: Pick<Env, "dataDir">): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch(unusable(dataDir));
}

/** Makes the key file of a first start. Whole or not at all, and never over another process's. */
export async function createKeyFile(env: Place): Promise<void> {
  const path = keyFileOf(env);
  try {
    const own = await writeBeside(path, [randomBytes(32)]);
    try {
      await link(own, path).catch(ignore("EEXIST"));
    } finally {
      await rm(own);
    }
    await syncDirectory(env.dataDir);
  } catch (error) {
    unusable(env.dataDir)(error);
  }
}

/** Replaces the keys in the file; after a crash or power cut it holds either these or those before. */
export async function replaceKeyFile(env: Place, keys: RootKeys): Promise<void> {
  const path = keyFileOf(env);
  const before = await stat(path);
  const own = await writeBeside(path, keys);
  try {
    // whoever runs the server must still be able to read it
    await chown(own, before.uid, before.gid).catch(ignore("EPERM"));
    await rename(own, path);
  } catch (error) {
    await rm(own, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Whether others than its owner may read the key file. */
export async function isKeyFileOpen(env: Place): Promise<boolean> {
  const found = env.secretKey === null ? await stat(keyFileOf(env)).catch(ignore("ENOENT")) : undefined;
  return found !== undefined && (found.mode & 0o077) !== 0;
}

/** Anybody's guess is no key: an example that was copied, or zeros. */
export function isGuessable(key: Uint8Array): boolean {
  return new Set(key).size < 8;
}

function toKey(path: string, line: string | undefined): Buffer {
  const key = Buffer.from(line ?? "", "base64");
  if (key.length !== 32) {
    throw new StartError(
      `${path} does not hold 32 bytes in base64 on each line. Restore the file from a backup, or set CORRAL_SECRET_KEY.`,
    );
  }
  if (!isGuessable(key)) return key;
  throw new StartError(`${path} holds a key that anybody can guess. Make one with: openssl rand -base64 32`);
}

async function writeBeside(path: string, keys: RootKeys): Promise<string> {
  const own = `${path}.${randomBytes(6).toString("hex")}`;
  await using file = await open(own, "wx", 0o600);
  await file.writeFile(keys.map((key) => `${Buffer.from(key).toString("base64")}\n`).join(""));
  await file.sync();
  return own;
}

/** So that the name survives a power cut as well. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, "r");
  await directory.sync();
}

function unusable(dataDir: string): (cause: unknown) => never {
  return (cause) => {
    if (!hasCode(cause)) throw cause;
    throw new StartError(
      `The data directory ${dataDir} cannot be used (${String(cause.code)}). Make it one that this user may write, or set CORRAL_DATA_DIR to another one.`,
      { cause },
    );
  };
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

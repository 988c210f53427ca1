import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Of a new file that its owner alone may read. */
export const newFile = { flags: "wx", flag: "wx", mode: 0o600 } as const;

/**
 * Makes a file that is there whole or not at all, whatever ends the command.
 *
 * @param write Makes the file of the name that it is given, as a {@link newFile}.
 */
export async function writeFileWhole<T>(path: string, write: (partial: string) => Promise<T>): Promise<T> {
  const partial = `${path}.${randomBytes(4).toString("hex")}.partial`;
  try {
    const value = await write(partial);
    await sync(partial);
    await rename(partial, path);
    await sync(dirname(path));
    return value;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** So that it survives a power cut. */
async function sync(path: string): Promise<void> {
  await using file = await open(path, "r");
  await file.sync();
}

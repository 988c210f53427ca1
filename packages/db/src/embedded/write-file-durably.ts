import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file readable by its owner alone, which after a crash or power loss is there whole or not at all. */
export async function writeFileDurably(path: string, text: string): Promise<void> {
  const next = `${path}.new`;
  await using file = await open(next, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
  await rename(next, path);
  await syncDirectory(dirname(path));
}

/** Makes a rename inside the directory outlive a power loss. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, "r");
  await directory.sync();
}

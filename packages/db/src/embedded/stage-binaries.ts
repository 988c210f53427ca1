import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import type { PostgresBinaries } from "./locate-binaries.ts";

/**
 * Copies the binaries once to where an unprivileged account can reach them: the clone may lie below a directory
 * that only root can enter.
 *
 * Safe against two starters at once: each copies into a directory of its own, and only one rename wins.
 */
export async function stageBinaries(
  source: PostgresBinaries,
  sharedDirectory: string,
): Promise<PostgresBinaries> {
  const target = join(sharedDirectory, `postgres-${source.version}`);
  if (await exists(target)) return { ...source, directory: target };

  const copy = await mkdtemp(join(sharedDirectory, ".staging-"));
  try {
    await cp(source.directory, copy, { recursive: true, verbatimSymlinks: true });
    await makeReadable(copy);
    await rename(copy, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
  return { ...source, directory: target };
}

/** Makes a directory that others may pass, whatever the umask. */
export async function makeSharedDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

/** A clone made under a strict umask has binaries that only its owner can read. */
async function makeReadable(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

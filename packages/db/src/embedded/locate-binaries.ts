import { lstat, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { arch, platform } from "node:process";
import { z } from "zod";

import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/** One unpacked PostgreSQL: `<directory>/bin/postgres`, `<directory>/lib`, `<directory>/share`. */
export interface PostgresBinaries {
  readonly directory: string;
  /** Version of the npm package, such as `18.4.0-beta.17`. */
  readonly version: string;
}

/** Finds the PostgreSQL that npm installed for this machine. */
export async function locateBinaries(target = `${platform}-${arch}`): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${target}`;
  const root = join(resolveMainEntry(name, target), "..", "..");
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  const directory = join(root, "native");
  await assertSymlinks(root, directory, name);
  return { directory, version: manifest.version };
}

function resolveMainEntry(name: string, target: string): string {
  try {
    // The package exports nothing but its main entry, not even package.json.
    return createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresError("unsupported_platform", {
      problem: `There is no embedded PostgreSQL for ${target} here.`,
      remedy:
        "Set DATABASE_URL to a PostgreSQL server, or install again with optional dependencies (Linux and macOS, x64 and arm64).",
      cause,
    });
  }
}

/** npm drops symbolic links; the package's postinstall makes them again, unless scripts were switched off. */
async function assertSymlinks(root: string, directory: string, name: string): Promise<void> {
  const links = z
    .array(z.object({ target: z.string() }))
    .parse(JSON.parse(await readFile(join(directory, "pg-symlinks.json"), "utf8")));
  for (const link of links) {
    if (await lstat(join(root, link.target)).catch(() => undefined)) continue;
    throw new EmbeddedPostgresError("binaries_incomplete", {
      problem: `${name} lacks ${link.target}, because its install script has not run.`,
      remedy: `Run "pnpm rebuild ${name}", or set DATABASE_URL to a PostgreSQL server.`,
    });
  }
}

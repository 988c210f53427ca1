import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { runProgram } from "./run-program.ts";

export const repositoryRoot = join(import.meta.dirname, "../../..");

const names = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  private: z.boolean().default(false),
  dependencies: names,
  peerDependencies: names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().default(false) })).default({}),
});

export type PublishedPackage = {
  readonly name: string;
  readonly folder: string;
  /** What it cannot do without that is not ours. */
  readonly thirdParty: readonly string[];
  /** The file that `pnpm pack` writes for it. */
  readonly tarball: string;
};

/** Every package of this repository that is made for others. */
export function listPublished(): PublishedPackage[] {
  const parent = join(repositoryRoot, "packages");
  return readdirSync(parent).flatMap((folder) => {
    const text = readFileSync(join(parent, folder, "package.json"), "utf8");
    const manifest = manifestSchema.parse(JSON.parse(text));
    if (manifest.private) return [];
    const { name, version, dependencies, peerDependencies, peerDependenciesMeta } = manifest;
    const peers = Object.keys(peerDependencies).filter(
      (peer) => peerDependenciesMeta[peer]?.optional !== true,
    );
    const needed = [...Object.keys(dependencies), ...peers];
    return {
      name,
      folder: join(parent, folder),
      thirdParty: needed.filter((name) => !name.startsWith("@corral/")),
      tarball: `${name.slice(1).replace("/", "-")}-${version}.tgz`,
    };
  });
}

/** Compiles and packs the packages as `pnpm publish` would, into a folder. */
export async function packInto(destination: string, packages: readonly PublishedPackage[]): Promise<void> {
  // The compiler leaves what has lost its source.
  await Promise.all(packages.map(({ folder }) => rm(join(folder, "dist"), { recursive: true, force: true })));
  const filters = packages.map(({ name }) => `--filter=${name}`);
  await runProgram("pnpm", ["--recursive", ...filters, "pack", "--pack-destination", destination], {
    cwd: repositoryRoot,
  });
}

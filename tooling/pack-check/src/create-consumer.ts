import { createRequire } from "node:module";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { PublishedPackage } from "./published-packages.ts";
import { runProgram } from "./run-program.ts";

/** A project of somebody else: outside this workspace, with the packages installed by npm. */
export interface Consumer extends AsyncDisposable {
  readonly folder: string;
  write(file: string, text: string): Promise<void>;
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
}

const consumerFiles = join(import.meta.dirname, "consumer");

/**
 * Installs the packages from their tarballs. What they need of others is what this workspace has installed, copied: no
 * registry is asked, so the check works offline too.
 */
export async function createConsumer(
  tarballs: string,
  packages: readonly PublishedPackage[],
): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), "corral-consumer-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const project = join(folder, "project");
  const run: Consumer["run"] = (program, args, env = {}) => runProgram(program, args, { cwd: project, env });
  try {
    await cp(consumerFiles, project, { recursive: true });
    // Beside the project: npm takes folders inside of it for parts of it.
    const vendored = await copyThirdParty(packages, join(folder, "vendor"));
    const ours = packages.map(({ name, tarball }) => [name, join(tarballs, tarball)] as const);
    const dependencies = Object.fromEntries(
      [...ours, ...vendored].map(([name, path]) => [name, `file:${path}`]),
    );
    const manifest = { name: "consumer", version: "1.0.0", private: true, type: "module", dependencies };
    await writeFile(join(project, "package.json"), JSON.stringify(manifest));
    const flags = ["--offline", "--install-links", "--ignore-scripts", "--no-audit", "--no-fund"];
    await run("npm", ["install", ...flags, "--no-package-lock", "--cache", join(folder, "cache")]);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    folder: project,
    run,
    write: (file, text) => writeFile(join(project, file), text),
    [Symbol.asyncDispose]: remove,
  };
}

/** @returns Names and folders of the copies. */
async function copyThirdParty(
  packages: readonly PublishedPackage[],
  destination: string,
): Promise<readonly (readonly [string, string])[]> {
  const found = [...findThirdParty(packages)].map(
    ([name, source]) => [name, source, join(destination, name)] as const,
  );
  for (const [, source, copy] of found) await cp(source, copy, { recursive: true, dereference: true });
  return found.map(([name, , copy]) => [name, copy] as const);
}

const manifestSchema = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });

/** Names and folders of everything that is not ours, dependencies of dependencies included. */
function findThirdParty(packages: readonly PublishedPackage[]): Map<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, from: string): void => {
    if (found.has(name)) return;
    const source = findInstalled(name, from);
    found.set(name, source);
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(source, "package.json"), "utf8")));
    for (const needed of Object.keys(manifest.dependencies)) add(needed, source);
  };
  // The consumer's own choice: Node's types, a compiler (which tRPC asks for), and the optional peer that it tries.
  for (const name of ["@types/node", "typescript", "undici"]) add(name, import.meta.dirname);
  for (const { thirdParty, folder } of packages) for (const name of thirdParty) add(name, folder);
  return found;
}

function findInstalled(name: string, from: string): string {
  const folders = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const place = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (place === undefined) throw new Error(`${name} is not installed for ${from}.`);
  return realpathSync(place);
}

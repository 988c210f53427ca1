import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const repositoryRoot = join(import.meta.dirname, "../../..");

/** Every file that is or would be committed, by its path from the root. */
export function listFiles(pattern: RegExp = /./): string[] {
  const output = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: repositoryRoot,
    encoding: "utf8",
  });
  const files = output.split("\0").filter((file) => file !== "" && existsSync(join(repositoryRoot, file)));
  return [...new Set(files)].filter((file) => pattern.test(file)).toSorted();
}

export function readText(file: string): string {
  return readFileSync(join(repositoryRoot, file), "utf8");
}

export type Manifest = {
  name: string;
  version: string;
  private?: boolean;
  description?: string;
  license?: string;
  type?: string;
  sideEffects?: boolean;
  files?: string[];
  exports?: Record<string, string>;
  publishConfig?: { access?: string; exports?: Record<string, unknown> };
  scripts?: Record<string, string>;
};

export type WorkspacePackage = { folder: string; manifest: Manifest; files: string[] };

export function listPackages(): WorkspacePackage[] {
  const manifests = listFiles(/^(apps|packages|tooling)\/[^/]+\/package\.json$/);
  return manifests.map((file) => {
    const folder = file.slice(0, -"/package.json".length);
    // Safe enough here: a manifest of another shape fails the rules below, which is their purpose.
    const manifest = JSON.parse(readText(file)) as Manifest;
    return { folder, manifest, files: listFiles().filter((name) => name.startsWith(`${folder}/`)) };
  });
}

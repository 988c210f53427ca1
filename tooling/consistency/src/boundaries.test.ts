import { describe, expect, it } from "vitest";

import { readText } from "./repository.ts";
import { createScratch } from "./scratch.ts";

type Edge = [from: string, to: string];

const forbidden: Edge[] = [
  ["access-control", "core"],
  ["core", "provider-kit"],
  ["provider-kit", "provider-ollama"],
  ["provider-ollama", "db"],
  ["api", "db"],
  ["identity", "db"],
  ["client", "server"],
  ["dashboard", "db"],
  ["simulated-providers", "core"],
  ["core", "test-summary"],
];
const allowed: Edge[] = [
  ["core", "access-control"],
  ["provider-ollama", "provider-kit"],
  ["dashboard", "client"],
  ["server", "db"],
  ["test-summary", "core"],
];
const tags: Record<string, string> = {
  "access-control": "policy",
  "provider-kit": "kit",
  "provider-ollama": "provider",
  "simulated-providers": "fixture",
  "test-summary": "tooling",
};

describe("package boundaries", () => {
  it.each(forbidden)("refuse that %s imports %s", async (from, to) => {
    expect(await checkBoundaries(from, to)).toMatch(/Checked 2 files in 2 packages, [1-9]\d* issues? found/);
  });

  it.each(allowed)("let %s import %s", async (from, to) => {
    expect(await checkBoundaries(from, to)).toContain("Checked 2 files in 2 packages, no issues found");
  });
});

/** Our own turbo.json over a workspace of two packages with one import between them. */
async function checkBoundaries(from: string, to: string): Promise<string> {
  await using scratch = await createScratch();
  const write = async (name: string, dependencies: Record<string, string>, source: string): Promise<void> => {
    const manifest = { name: `@corral/${name}`, dependencies };
    await scratch.write(`packages/${name}/package.json`, JSON.stringify(manifest));
    await scratch.write(
      `packages/${name}/turbo.json`,
      JSON.stringify({ extends: ["//"], tags: [tags[name] ?? name] }),
    );
    await scratch.write(`packages/${name}/src/index.ts`, source);
  };
  await scratch.write("turbo.json", readText("turbo.json"));
  await scratch.write("package.json", readText("package.json"));
  await scratch.write("pnpm-workspace.yaml", "packages: [packages/*]\n");
  await write(from, { [`@corral/${to}`]: "workspace:^" }, `export { x } from "@corral/${to}";\n`);
  await write(to, {}, "export const x = 1;\n");

  return await scratch.run("turbo", ["boundaries"]);
}

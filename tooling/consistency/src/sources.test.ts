import { describe, expect, it } from "vitest";

import { listFiles, readText } from "./repository.ts";
import { countCodeLines, findNameProblems, findTextProblems } from "./source-rules.ts";

const binary = /\.(png|ico|woff2?|gz|tgz|gguf|webp|jpe?g)$/;
const ownRules = /^tooling\/consistency\/src\/source/;
const files = listFiles();

describe("the house", () => {
  it("keeps files where and how a reader expects them", () => {
    expect(files.flatMap(findNameProblems)).toEqual([]);
  });

  it("keeps files short and free of machines, registries and loose ends", () => {
    const texts = files.filter((file) => !binary.test(file) && !ownRules.test(file));

    expect(texts.flatMap((file) => findTextProblems(file, readText(file)))).toEqual([]);
  });
});

describe("Open WebUI's stock clients", () => {
  it("are written from their description alone: nothing of ours is imported", () => {
    const client = readText("apps/server/test/rest/stock-client.ts");

    expect(client).not.toMatch(
      /^\s*(?:import|export)\b[^;]*\bfrom\b|\bimport\s*\(|\brequire\s*\(|^import\b/m,
    );
    expect(client).toContain("fetch(");
  });
});

describe("findNameProblems", () => {
  it.each([
    "packages/core/src/ModelService.ts",
    "packages/core/src/utils/sort.ts",
    "apps/server/src/types/env.ts",
    "AGENTS.md",
    "apps/dashboard/.cursor/rules.md",
    ".github/copilot-instructions.md",
  ])("refuses %s", (file) => {
    expect(findNameProblems(file)).toHaveLength(1);
  });

  it.each([
    "README.md",
    ".oxlintrc.json",
    "packages/db/src/entities/model.entity.ts",
    "packages/client/src/client.test-d.ts",
    "packages/db/src/migrations/Migration20260101.ts",
    "docs/decisions/0001-source-first-packages.md",
  ])("accepts %s", (file) => {
    expect(findNameProblems(file)).toEqual([]);
  });
});

describe("findTextProblems", () => {
  it.each([
    ["a path of one machine", 'const folder = "/home/ada/corral/";'],
    ["a path of one machine", "cd /root/corral/apps"],
    ["a package registry", "registry=https://example.test/"],
    ["a package registry", "tarball: https://registry.example.test/a.tgz"],
    ["without an issue", "// TODO later"],
    ["more than 300 lines", "export const a = 1;\n".repeat(301)],
  ])("finds %s", (problem, text) => {
    expect(findTextProblems("packages/core/src/a.ts", text)).toEqual([expect.stringContaining(problem)]);
  });

  it.each(["// TODO(#12) later", 'fetch("https://example.test/root/item")', "WORKDIR /home/node/app"])(
    "accepts %s",
    (text) => {
      expect(findTextProblems("packages/core/src/a.ts", text)).toEqual([]);
    },
  );
});

describe("countCodeLines", () => {
  it("leaves out blank lines and comments", () => {
    expect(countCodeLines("/**\n * Why.\n */\n\n// why\nconst a = 1; // here\n")).toBe(1);
  });
});

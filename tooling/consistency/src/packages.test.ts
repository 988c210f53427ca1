import { describe, expect, it } from "vitest";

import { findPackageProblems } from "./package-rules.ts";
import { listPackages, type Manifest, readText } from "./repository.ts";

const packages = listPackages();

describe("every package", () => {
  it("is found by these rules", () => {
    expect(packages.length).toBeGreaterThan(10);
  });

  it("has the files, exports and scripts of its kind", () => {
    expect(packages.flatMap(findPackageProblems)).toEqual([]);
  });

  it("carries the version of the house", () => {
    const { version } = JSON.parse(readText("package.json"));

    expect(packages.filter(({ manifest }) => manifest.version !== version)).toEqual([]);
  });

  it("bears a tag that the boundaries know", () => {
    const known = Object.keys(JSON.parse(readText("turbo.json")).boundaries.tags);

    const untagged = packages.filter(({ folder }) => {
      const tags: string[] = JSON.parse(readText(`${folder}/turbo.json`)).tags ?? [];
      return tags.length === 0 || tags.some((tag) => !known.includes(tag));
    });

    expect(untagged.map(({ folder }) => folder)).toEqual([]);
  });
});

describe("findPackageProblems", () => {
  it("tells what a bare published package lacks", () => {
    const manifest: Manifest = {
      name: "@corral/other",
      version: "0.1.0",
      exports: { ".": "./src/index.ts" },
    };

    const problems = findPackageProblems({ folder: "packages/bare", manifest, files: [] }).join("\n");

    for (const part of [
      "README.md",
      "turbo.json",
      "@corral/bare",
      "exports . to exist",
      "./dist/index.d.ts",
      "prepack",
    ]) {
      expect(problems).toContain(part);
    }
  });
});

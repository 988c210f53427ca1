import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { repositoryRoot } from "../repository.ts";
import { findSeedProblems } from "./find-seed-problems.ts";
import { hasTitle, toTitlePattern } from "./promised-title.ts";
import { readSeed } from "./read-seed.ts";
import { decisionSections, shown, type SeedRow } from "./seed-proof.ts";
import { listSeedTests, seedRows } from "./seed-rows.ts";
import { splitSeed } from "./split-seed.ts";

const units = splitSeed(readSeed());
/** Where the pages lie that the project was given, for those who have them. */
const shared = join(repositoryRoot, "../shared");

describe("the seed", () => {
  it("has as many parts as were counted", () => {
    const counts = Map.groupBy(units, ({ kind }) => kind);

    expect(Object.fromEntries([...counts].map(([kind, all]) => [kind, all.length]))).toEqual({
      sentence: 63,
      item: 119,
      diagram: 79,
      example: 1,
    });
  });

  it("leads from each part to a test that is there, or to a reason", () => {
    const readFile = (file: string): string | undefined => {
      const path = join(repositoryRoot, file);
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    };

    expect(findSeedProblems(units, seedRows, readFile)).toEqual([]);
    expect(listSeedTests().length).toBeGreaterThan(80);
  });

  it("is the document that the project was given, and the decisions have the sections that are named", ({
    skip,
  }) => {
    skip(!existsSync(join(shared, "seed")), "the pages that the project was given are not beside it");
    const [file = ""] = readdirSync(join(shared, "seed"));
    const decisions = readFileSync(join(shared, "spec/decisions.md"), "utf8");

    expect(splitSeed(readFileSync(join(shared, "seed", file), "utf8"))).toEqual(units);
    for (const [number, title] of Object.entries(decisionSections)) {
      expect(decisions).toContain(`\n## ${number}. ${title}\n`);
    }
  });
});

describe("splitSeed", () => {
  it("takes sentences, items, lines of diagrams and examples, each below its heading", () => {
    const document = [
      "# Title",
      "One. Two, e.g. this: Three.",
      "**Label**",
      "- **Item**: with a. Sentence",
      "## Part",
      "```mermaid",
      "classDiagram",
      "class A {",
      "+int x",
      "}",
      'A --> B : "has"',
      "```",
      "```json",
      "{}",
      "```",
    ].join("\n");

    expect(splitSeed(document).map(({ section, kind, text }) => [section, kind, text])).toEqual([
      ["Title", "sentence", "One."],
      ["Title", "sentence", "Two, e.g. this:"],
      ["Title", "sentence", "Three."],
      ["Title", "item", "**Item**: with a. Sentence"],
      ["Part", "diagram", "A: int x"],
      ["Part", "diagram", 'A --> B : "has"'],
      ["Part", "example", "{}\n"],
    ]);
  });

  it("loses no line of a diagram that it does not know", () => {
    expect(() => splitSeed("```mermaid\ngraph TB\nsomething else\n```\n")).toThrow("something else");
  });
});

describe("findSeedProblems", () => {
  it("tells what leads nowhere, what is twice, other words, no tests, and tests that are not there", () => {
    const document = "# T\nOne. Two. Three.\n- [a.py](file://a.py)\n";
    const gone = { file: "gone.test.ts", title: "was here" };
    const renamed = { file: "a.test.ts", title: "is here > under another name" };
    const rows: SeedRow[] = [
      [1, "One", shown(gone, renamed, { file: "a.test.ts", title: "is here > with its name" })],
      [1, "Uno", shown()],
      [2, "Two", shown(renamed)],
    ];
    const files = new Map([["a.test.ts", 'describe("is here", () => test("with its name", run));']]);

    expect(findSeedProblems(splitSeed(document), rows, (file) => files.get(file))).toEqual([
      "3 leads nowhere: Three.",
      '1 does not say "Uno"',
      "1 is there twice",
      "1 is shown by no test",
      'gone.test.ts has no test "was here"',
      'a.test.ts has no test "is here > under another name"',
    ]);
  });
});

describe("a promised title", () => {
  it.each([
    ["is read by %s", "is read by Bob", true],
    ["is read by $name at ${time}", "is read by Bob at 5", true],
    ["begins so…", "begins so and goes on", true],
    ["is (read) 100% well?", "is (read) 100% well?", true],
    ["is read", "is read by Bob", false],
    ["%s is read", "it is written", false],
  ])("%j stands for %j: %s", (promised, title, expected) => {
    expect(toTitlePattern(promised).test(title)).toBe(expected);
  });

  it.each([
    ["table > row one", true],
    ["table > %s", true],
    ["table > says what row one is", true],
    ["table > says that…", true],
    ["table > row three", false],
  ])("%j is found before it has run: %s", (title, expected) => {
    const text =
      'describe("table", () => { test.each(["row one", "row two"])("%s", run); test.each(rows)("says what %s is", run); test("says that all is well", run); test(`${x}`, run); });';

    expect(hasTitle(text, title)).toBe(expected);
  });
});

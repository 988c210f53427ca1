import { describe, expect, it } from "vitest";

import { findBrokenPromises } from "./promised-tests.ts";

const file = "a.test.ts";
const ran = (title: string, state: string) => ({ file, title, state });

describe("findBrokenPromises", () => {
  it("believes what ran and passed, whatever else did not", () => {
    const tests = [ran("keeps > a preset", "passed"), ran("keeps > another", "skipped")];

    expect(findBrokenPromises([{ file, title: "keeps > a preset" }], tests)).toEqual([]);
  });

  it.each([
    ["did not run", []],
    ["did not run", [ran("keeps a preset no more", "passed")]],
    ["did not run", [{ ...ran("keeps a preset", "passed"), file: "b.test.ts" }]],
    ["ended as skipped", [ran("keeps a preset", "skipped")]],
    ["ended as failed", [ran("keeps a preset", "failed")]],
    ["ended as pending", [ran("keeps a preset", "passed"), ran("keeps a preset", "pending")]],
  ])("tells of one that %s: %j", (fate, tests) => {
    expect(findBrokenPromises([{ file, title: "keeps a preset" }], tests)).toEqual([
      `docs/seed.md promises a test that ${fate}: a.test.ts > keeps a preset`,
    ]);
  });

  it("wants every row of a table", () => {
    const tests = [ran("keeps one", "passed"), ran("keeps two", "skipped")];

    expect(findBrokenPromises([{ file, title: "keeps %s" }], tests)).toHaveLength(1);
    expect(findBrokenPromises([{ file, title: "keeps %s" }], tests.slice(0, 1))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";

import { addTallies, countFailures, emptyTally, formatSummary } from "./tally.ts";

describe("formatSummary", () => {
  it("ends in the counts on a line alone", () => {
    expect(formatSummary({ ...emptyTally, passed: 12 })).toBe("12 passed, 0 failed");
  });

  it("names what was skipped, where and why, before the counts", () => {
    const skipped = [
      { file: "e2e/models.test.ts", reason: "no Chromium", count: 3 },
      { file: "packages/db/a.test.ts", reason: "no reason given", count: 1 },
    ];

    expect(formatSummary({ ...emptyTally, passed: 2, skipped }).split("\n")).toEqual([
      "skipped 3 in e2e/models.test.ts: no Chromium",
      "skipped 1 in packages/db/a.test.ts: no reason given",
      "2 passed, 0 failed, 4 skipped",
    ]);
  });

  it("never says 0 failed over a problem outside the tests", () => {
    const tally = { ...emptyTally, passed: 2, problems: ["no test ran"] };

    expect(formatSummary(tally)).toBe("failed: no test ran\n2 passed, 1 failed");
    expect(countFailures(tally)).toBe(1);
  });
});

describe("addTallies", () => {
  it("adds checks and tests into one count", () => {
    const checks = { ...emptyTally, passed: 3, failed: 1 };
    const tests = { ...emptyTally, passed: 5, problems: ["error outside any test: boom"] };

    expect(formatSummary(addTallies(checks, tests)).split("\n").at(-1)).toBe("8 passed, 2 failed");
  });
});

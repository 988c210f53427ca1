import { describe, expect, it } from "vitest";

import { judgeRun } from "./run-tests.ts";
import { countFailures, emptyTally } from "./tally.ts";

const ended = (exitCode: number) => ({ exitCode, timedOut: false });

describe("judgeRun", () => {
  it("believes a run that passed", () => {
    expect(judgeRun({ ...emptyTally, passed: 1 }, ended(0))).toEqual({ ...emptyTally, passed: 1 });
  });

  it("counts a vitest that died before it could report", () => {
    expect(judgeRun(undefined, ended(134)).problems).toEqual(["vitest crashed with exit code 134"]);
  });

  it("counts a run without a single test", () => {
    expect(judgeRun(emptyTally, ended(0)).problems).toEqual(["no test ran"]);
  });

  it("counts a run in which every test was skipped as one without tests", () => {
    const skipped = [{ file: "a.test.ts", reason: "no Chromium", count: 2 }];

    expect(judgeRun({ ...emptyTally, skipped }, ended(0)).problems).toEqual(["no test ran"]);
  });

  it("counts a run that did not end in time", () => {
    const tally = judgeRun({ ...emptyTally, passed: 1 }, { exitCode: 1, timedOut: true });

    expect(countFailures(tally)).toBe(1);
  });

  it("counts a failure that vitest did not attribute to a test", () => {
    const tally = judgeRun({ ...emptyTally, passed: 1 }, ended(1));

    expect(tally.problems).toEqual(["vitest ended with exit code 1 although no test failed"]);
  });

  it("does not count a failed test twice", () => {
    expect(countFailures(judgeRun({ ...emptyTally, passed: 1, failed: 1 }, ended(1)))).toBe(1);
  });
});

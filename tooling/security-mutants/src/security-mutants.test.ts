import { readText } from "@corral/consistency/repository";
import { securityTests } from "@corral/consistency/security-tests";
import { describe, expect, test } from "vitest";
import { findProblems } from "./find-problems.ts";
import { judgeRun, toPattern } from "./judge-run.ts";
import { mutants, unmutated } from "./list-mutants.ts";
import type { Mutant } from "./mutant.ts";

const row: Mutant = {
  id: "AC-01",
  file: "a.ts",
  fix: "if (may) ",
  becomes: "",
  test: { file: "a.test.ts", title: "[AC-01] does" },
};
const files: Readonly<Record<string, string>> = {
  "a.ts": "if (may) return; if (may) throw;",
  "b.ts": "if (may) return;",
  "a.test.ts": 'test("[AC-01] does not", run);',
};
const read = (file: string): string => files[file] ?? "";

describe("the table", () => {
  test("shows for each promise of docs/security.md what keeps it, and the test that notices, or says why not", () => {
    const ids = Object.keys(securityTests);

    expect(findProblems({ ids, mutants, unmutated }, readText)).toEqual([]);
    expect(mutants.length).toBeGreaterThan(80);
  });

  test("tells of a promise without a row, of a row without a promise, and of one that has both", () => {
    const table = {
      ids: ["AC-01", "AC-02", "AC-03"],
      mutants: [{ ...row, file: "b.ts" }],
      unmutated: { "AC-01": "no", "AC-03": "measured", "AC-09": "no" },
    };

    expect(findProblems(table, read)).toEqual([
      "AC-01 needs a row, or else a reason why it has none",
      "AC-02 needs a row, or else a reason why it has none",
      "AC-09 is no id of docs/security.md",
    ]);
  });

  test("tells of a fix that stands twice or nowhere, and of a test that is not there or bears another id", () => {
    const table = {
      ids: ["AC-01", "AC-02"],
      mutants: [
        { ...row, also: { file: "b.ts", fix: "gone", becomes: "" } },
        { ...row, id: "AC-02", file: "b.ts", test: { file: "b.ts", title: "[AC-01] does" } },
      ],
      unmutated: {},
    };

    expect(findProblems(table, read)).toEqual([
      'AC-01: "if (may) " stands 2 times in a.ts',
      'AC-01: "gone" stands 0 times in b.ts',
      'AC-02: "[AC-01] does" does not bear the id',
      'AC-02: b.ts has no "[AC-01] does"',
    ]);
  });
});

describe("a run", () => {
  const report = (...tests: readonly { status: string; failureMessages?: string[] }[]) =>
    JSON.stringify({
      testResults: [{ message: "", assertionResults: tests.map((one) => ({ fullName: "x", ...one })) }],
    });
  const failed = (message: string) => report({ status: "failed", failureMessages: [message] });
  const outcomeOf = (text: string, says?: string) =>
    judgeRun(text, { ...row.test, ...(says !== undefined && { says }) }).outcome;

  test("counts as noticed only where the test failed for what it states", () => {
    expect([
      outcomeOf(failed("AssertionError: expected 200 to be 403\n at a.test.ts")),
      outcomeOf(failed("Error: the call did not fail as expected: undefined")),
      outcomeOf(failed('Error: promise resolved "{}" instead of rejecting')),
      outcomeOf(failed("TypeError: x is not a function")),
      outcomeOf(failed("Error: Test timed out in 20000ms.")),
      outcomeOf(failed("Error: sealed with key 1a"), "sealed with key"),
      outcomeOf(failed("AssertionError: expected 1 to be 2"), "sealed with key"),
    ]).toEqual(["killed", "killed", "killed", "broken", "broken", "killed", "broken"]);
  });

  test("is no proof where nothing failed, nothing ran, or the file could not be loaded", () => {
    const unloaded = JSON.stringify({
      testResults: [{ message: "SyntaxError: Unexpected token", assertionResults: [] }],
    });

    expect(outcomeOf(report({ status: "passed" }, { status: "skipped" }))).toBe("survived");
    expect(outcomeOf(report({ status: "skipped" }))).toBe("broken");
    expect(outcomeOf("")).toBe("broken");
    expect(judgeRun(unloaded, row.test)).toEqual({
      outcome: "broken",
      because: "SyntaxError: Unexpected token",
    });
  });

  test("is of the tests that bear the title, whatever stands in its placeholders", () => {
    const pattern = new RegExp(toPattern({ title: "[GW-1] %s of ($name)", which: "a/b?" }), "u");

    expect(pattern.test("every way [GW-1] POST of (Ada) at a/b?")).toBe(true);
    expect(pattern.test("every way [GW-1] POST of (Ada) at a/")).toBe(false);
  });
});

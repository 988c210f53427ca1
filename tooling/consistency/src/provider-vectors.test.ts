import { describe, expect, it } from "vitest";

import { findMentions, findVectorProblems, listMentions, renderVectorTable } from "./provider-vectors.ts";
import { providerVectors, waitingVectors } from "./provider-vector-list.ts";
import { readText } from "./repository.ts";

const mentions = listMentions();

describe("the seventy vectors", () => {
  it("each have a test that bears their number, or a reason to wait", () => {
    expect(providerVectors).toHaveLength(70);
    expect(findVectorProblems({ texts: providerVectors, waiting: waitingVectors }, mentions)).toEqual([]);
  });

  it("stand in docs/provider-vectors.md with the tests that show them", () => {
    // When this fails: node tooling/consistency/src/write-provider-vectors.ts
    expect(readText("docs/provider-vectors.md")).toBe(renderVectorTable(mentions));
  });
});

describe("findVectorProblems", () => {
  it("tells what has no test, what is no vector, what is there twice, and what need not wait any longer", () => {
    const waiting = { 2: "not yet", 4: "comes with B", 6: "never" };
    const seen = [3, 4, 7].map((vector) => ({ vector, file: `${vector}.test.ts` }));

    expect(findVectorProblems({ texts: ["one", "two", "one", "four"], waiting }, seen)).toEqual([
      "vector 1: no test is named after it, and nothing says why",
      "vector 3: says what vector 1 says",
      "7.test.ts: there is no vector 7",
      "vector 4: is tested by now, so it waits no longer",
      "vector 6 waits, but there is none",
    ]);
  });
});

describe("findMentions", () => {
  it("sees titles in any quotes, several numbers in one, and no comments", () => {
    const text = [
      "// [vector 1] told only",
      'test("[vector 2] [vector 3] does", run);',
      "test(`[vector 4] of ${name}`, run);",
      "const row = ['[vector 5] a row', values[0], '[6] [7] an older one', 'PRV-1 [8] another'];",
    ].join("\n");

    expect(findMentions("a.test.ts", text).map(({ vector }) => vector)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });
});

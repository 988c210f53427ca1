import { describe, expect, it } from "vitest";

import { findMentions, findVectorProblems, listMentions, renderVectorTable } from "./provider-vectors.ts";
import { providerVectors } from "./provider-vector-list.ts";
import { readText } from "./repository.ts";

const mentions = listMentions();

describe("the seventy vectors", () => {
  it("each have a test that bears their number, or a reason to wait", () => {
    expect(providerVectors).toHaveLength(70);
    expect(findVectorProblems(providerVectors, mentions)).toEqual([]);
  });

  it("stand in docs/provider-vectors.md with the tests that show them", () => {
    // When this fails: node tooling/consistency/src/write-provider-vectors.ts
    expect(readText("docs/provider-vectors.md")).toBe(renderVectorTable(mentions));
  });
});

describe("findVectorProblems", () => {
  const vectors = [{ text: "one" }, { text: "two", waits: "not yet" }, { text: "one" }];

  it("tells what has no test, what no vector is, and what is there twice", () => {
    const seen = [
      { vector: 3, file: "a.test.ts" },
      { vector: 4, file: "b.test.ts" },
    ];

    expect(findVectorProblems(vectors, seen)).toEqual([
      "vector 1: no test is named after it, and nothing says why",
      "b.test.ts: there is no vector 4",
      "vector 3: says what vector 1 says",
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

import { describe, expect, it } from "vitest";

import {
  findSecurityMentions,
  findSecurityProblems,
  listSecurityMentions,
  securityList,
} from "./security-tests.ts";

describe("the promises of docs/security.md", () => {
  it("each have a test that bears their id, or a reason", () => {
    expect(securityList.ids).toHaveLength(82);
    expect(findSecurityProblems(securityList, listSecurityMentions())).toEqual([]);
  });
});

describe("findSecurityProblems", () => {
  it("tells what has no test, what is no id, and what is not to be expected any more", () => {
    const list = {
      ids: ["AC-01", "AC-02", "AC-03"],
      expected: { "AC-02": "comes with B" },
      inapplicable: { "AC-09": "there is no such thing" },
    };
    const seen = [{ id: "AC-02", file: "a.test.ts", title: "does" }];

    expect(findSecurityProblems(list, seen)).toEqual([
      "AC-01: no test is named after it, and nothing says why",
      "AC-03: no test is named after it, and nothing says why",
      "AC-09: has a reason, but there is no such id",
      "AC-02: is tested by now, so nothing is expected any more",
    ]);
  });
});

describe("findSecurityMentions", () => {
  it("sees ids in titles, several in one, and no comments, keys or other letters", () => {
    const text = [
      "// AC-01 is told only",
      'test("[AC-02] [AC-03] does", run);',
      'describe("SES-1, SES-4: when", run);',
      'const id = "AC-05"; const known = ["UTF-8 is no id"];',
    ].join("\n");

    expect(findSecurityMentions("a.test.ts", text)).toEqual([
      { id: "AC-02", file: "a.test.ts", title: "does" },
      { id: "AC-03", file: "a.test.ts", title: "does" },
      { id: "SES-1", file: "a.test.ts", title: "when" },
      { id: "SES-4", file: "a.test.ts", title: "when" },
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { describeChange } from "./describe-change.ts";

const none = { groupIds: [], userIds: [] };

describe("a changed field in words", () => {
  test.each([
    [{ path: ["params", "temperature"], before: 0.7, after: 0.2 }, ["temperature", "0.7", "0.2"]],
    [{ path: ["params", "stop"], before: null, after: ["END"] }, ["stop", null, '["END"]']],
    [{ path: ["params", "system"], before: "Be brief.", after: null }, ["system prompt", "Be brief.", null]],
    [
      { path: ["paramModes", "seed"], before: null, after: "fixed" },
      ["How firmly seed is set", null, "fixed"],
    ],
    [{ path: ["isActive"], before: true, after: false }, ["active", "On", "Off"]],
    [
      { path: ["baseAccess"], before: "inherit", after: "delegate" },
      ["reading the base", "inherit", "delegate"],
    ],
    [
      { path: ["meta", "tags"], before: [{ name: "a" }], after: [{ name: "a" }, { name: "b" }] },
      ["tags", "a", "a and b"],
    ],
    [
      {
        path: ["access"],
        before: { kind: "private" },
        after: { kind: "restricted", read: { groupIds: ["g"], userIds: ["u"] }, write: none },
      },
      ["access", "Private", "Shared (2 grants)"],
    ],
    [
      { path: ["access"], before: { kind: "inherit" }, after: { kind: "public" } },
      ["access", "As the connection says", "Everyone"],
    ],
    [{ path: ["later"], before: null, after: { a: 1 } }, ["later", null, '{"a":1}']],
  ])("%j", (change, expected) => {
    const { label, before, after, isLong } = describeChange(change);

    expect([label, before, after]).toStrictEqual(expected);
    expect(isLong).toBe(false);
  });

  test("does not fit into a line when it is long, or has lines of its own", () => {
    const long = describeChange({ path: ["params", "system"], before: "Be brief. ".repeat(9), after: "x" });
    const lines = describeChange({ path: ["name"], before: "one", after: "one\ntwo" });

    expect([long.isLong, lines.isLong]).toStrictEqual([true, true]);
  });
});

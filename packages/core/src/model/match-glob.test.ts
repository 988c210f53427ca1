import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { matchesGlob } from "./match-glob.ts";

describe("a pattern", () => {
  test.each([
    ["llama*", "Llama3:8b", true],
    ["*:8b", "llama3:8b", true],
    ["*", "", true],
    ["", "", true],
    ["", "x", false],
    ["llama", "llama3", false],
    ["a*b*c", "a/x:b-c", true],
    ["a*b*c", "a/x:c-b", false],
    ["hf.co/*", "hfxco/x", false],
    ["**", "anything", true],
  ])("%s against %s is %s", (pattern, name, expected) => {
    expect(matchesGlob(pattern, name)).toBe(expected);
  });

  test.prop([
    fc.array(fc.stringMatching(/^[a-c*]{0,3}$/u), { maxLength: 5 }),
    fc.stringMatching(/^[a-c]{0,8}$/u),
  ])("agrees with the regular expression that says the same", (parts, name) => {
    const pattern = parts.join("");
    const expected = new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "u").test(name);

    expect(matchesGlob(pattern, name)).toBe(expected);
  });

  test("[REDOS-1] that would keep a regular expression busy for ever is answered at once", () => {
    const started = performance.now();

    expect(matchesGlob(`${"*a".repeat(100)}b`, "a".repeat(5_000))).toBe(false);

    expect(performance.now() - started).toBeLessThan(500);
  });
});

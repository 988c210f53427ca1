import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { findDecidingPolicy, policyActionsSchema, type DiscoveredPlace } from "./discovery-policy.ts";
import { matchesGlob } from "../model/match-glob.ts";

const place: DiscoveredPlace = {
  connectionUid: "lab",
  upstreamId: "Qwen3-Coder:30b",
  modelId: "lab.Qwen3-Coder:30b",
  facts: { capabilities: ["completion", "tools"] },
};

describe("a policy", () => {
  test.each([
    ["everything, when it says nothing", {}, true],
    ["its connection", { connections: ["other", "lab"] }, true],
    ["no other connection", { connections: ["other"] }, false],
    ["the provider's id, whatever the case", { pattern: "qwen3-*" }, true],
    ["the public name", { pattern: "LAB.*" }, true],
    ["no part of a name", { pattern: "qwen3" }, false],
    ["all of its capabilities", { capabilities: ["tools" as const, "completion" as const] }, true],
    ["not what nobody says it can", { capabilities: ["tools" as const, "vision" as const] }, false],
    [
      "only what all of it says",
      { connections: ["lab"], pattern: "*:30b", capabilities: ["vision" as const] },
      false,
    ],
  ])("is for %s", (_, match, expected) => {
    expect(findDecidingPolicy([{ enabled: true, match }], place) !== undefined).toBe(expected);
  });

  test("decides alone when it is the first enabled one that matches", () => {
    const policies = [
      { name: "off", enabled: false, match: {} },
      { name: "elsewhere", enabled: true, match: { connections: ["other"] } },
      { name: "first", enabled: true, match: { pattern: "*coder*" } },
      { name: "second", enabled: true, match: {} },
    ];

    expect(findDecidingPolicy(policies, place)?.name).toBe("first");
    expect(findDecidingPolicy(policies.slice(0, 2), place)).toBeUndefined();
  });

  test("has to do something", () => {
    expect(policyActionsSchema.safeParse({}).success).toBe(false);
    expect(policyActionsSchema.safeParse({ hidden: false }).success).toBe(true);
  });
});

describe("a pattern", () => {
  const alphabet = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "é", "🦙", "."), maxLength: 12 });
  property.prop([
    alphabet,
    fc.string({ unit: fc.constantFrom("a", "A", "b", "é", "🦙", "."), maxLength: 12 }),
  ])("matches what the regular expression of its meaning does", (pattern, text) => {
    const source = Array.from(pattern, (char) =>
      char === "*" ? ".*" : char === "?" ? "." : char.replace(".", "\\."),
    ).join("");
    expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${source}$`, "isu").test(text));
  });

  test("is quick also where a regular expression would not be", () => {
    const startedMs = performance.now();

    expect(matchesGlob(`${"*a".repeat(120)}b`, "a".repeat(256))).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});

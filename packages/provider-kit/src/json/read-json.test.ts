import { limits } from "@corral/core";
import { describe, expect, it } from "vitest";

import { parseUpstreamJson } from "./read-json.ts";

describe("parseUpstreamJson", () => {
  it.each(["[]", "{}"])("takes %s nested as deep as the limit, and refuses one level more", (brackets) => {
    const nest = (depth: number): string =>
      brackets === "[]"
        ? "[".repeat(depth) + "]".repeat(depth)
        : `${'{"a":'.repeat(depth)}0${"}".repeat(depth)}`;

    expect(parseUpstreamJson(nest(limits.messageDepth))).toBeDefined();
    expect(() => parseUpstreamJson(nest(limits.messageDepth + 1))).toThrow("nested too deep");
  });

  it("counts depth, neither the number of brackets nor those in texts", () => {
    const wide = JSON.stringify(Array.from({ length: 500 }, () => ({ text: '[[[{{{"' })));
    const text = JSON.stringify("[".repeat(500));

    expect(parseUpstreamJson(wide)).toHaveLength(500);
    expect(parseUpstreamJson(text)).toHaveLength(500);
  });

  it("refuses mixed nesting", () => {
    const depth = limits.messageDepth / 2 + 1;

    expect(() => parseUpstreamJson(`${'{"a":['.repeat(depth)}${"]}".repeat(depth)}`)).toThrow(
      "nested too deep",
    );
  });
});

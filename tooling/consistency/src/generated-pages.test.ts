import { describe, expect, it } from "vitest";

import { listGeneratedPages } from "./generated-pages.ts";
import { renderTable, withCode } from "./markdown-table.ts";
import { readText } from "./repository.ts";

describe("a generated page", () => {
  it.each(listGeneratedPages())("$page says what the code says (else: pnpm gen:docs)", ({ page, text }) => {
    expect(readText(page)).toBe(text);
  });
});

describe("renderTable", () => {
  it("keeps columns apart, whatever a cell holds", () => {
    expect(renderTable(["a", "b"], [["1 | 2", "…"]])).toBe(
      String.raw`| a      | b   |
| ------ | --- |
| 1 \| 2 | …   |`,
    );
  });
});

describe("withCode", () => {
  it("marks names of parameters once", () => {
    expect(withCode("`num_ctx`, seed, or stream_options.include_usage for o3", "seed")).toBe(
      "`num_ctx`, `seed`, or `stream_options.include_usage` for o3",
    );
  });
});

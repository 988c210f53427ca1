import { describe, expect, it } from "vitest";

import { listAnchors, listInternalLinks, resolveLink } from "./markdown-links.ts";
import { listFiles, readText } from "./repository.ts";

const files = listFiles();
const pages = files.filter((file) => file.endsWith(".md") && !file.includes("/__fixtures__/"));

describe("links inside the documentation", () => {
  it.each(pages)("resolve in %s", (page) => {
    const broken = listInternalLinks(readText(page)).filter((target) => {
      const { path, anchor } = resolveLink(page, target);
      const exists = path === "." || files.some((file) => file === path || file.startsWith(`${path}/`));
      const anchored = anchor === undefined || (exists && listAnchors(readText(path)).includes(anchor));
      return !exists || !anchored;
    });

    expect(broken).toEqual([]);
  });
});

describe("listInternalLinks", () => {
  it("leaves out web addresses and code", () => {
    const markdown = "[a](./a.md#x) ![p](p.png) [b](https://example.test) `[c](c.md)`\n```\n[d](d.md)\n```\n";

    expect(listInternalLinks(markdown)).toEqual(["./a.md#x", "p.png"]);
  });
});

describe("resolveLink", () => {
  it("follows folders up and down, and keeps the anchor", () => {
    expect(resolveLink("docs/decisions/a.md", "../glossary.md#uid")).toEqual({
      path: "docs/glossary.md",
      anchor: "uid",
    });
    expect(resolveLink("README.md", "#start")).toEqual({ path: "README.md", anchor: "start" });
  });
});

describe("listAnchors", () => {
  it("derives anchors as the reader's browser will", () => {
    expect(listAnchors("# Who may import whom?\n\n## 2. `pnpm test`\n")).toEqual([
      "who-may-import-whom",
      "2-pnpm-test",
    ]);
  });
});

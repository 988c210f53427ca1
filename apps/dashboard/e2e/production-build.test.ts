import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

import { beforeAll, describe, expect, it } from "vitest";

import { buildDashboard, type BuildResult } from "@corral/browser";

type Chunk = {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
  assets?: string[];
};

let result: BuildResult;
let manifest: Record<string, Chunk>;

beforeAll(async () => {
  result = await buildDashboard("production");
  // Vite's documented manifest format.
  manifest = JSON.parse(await readFile(`${result.folder}.vite/manifest.json`, "utf8")) as typeof manifest;
});

async function getGzipBytes(file: string): Promise<number> {
  return gzipSync(await readFile(result.folder + file)).length;
}

/** The chunk and everything that it imports statically. */
function collectFiles(key: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const name of chunk.imports ?? []) collectFiles(name, seen);
  return seen;
}

async function sumGzipBytes(files: Iterable<string>): Promise<number> {
  const sizes = await Promise.all([...files].map(getGzipBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function getEntryKey(): string {
  const [key] = Object.entries(manifest).find(([, chunk]) => chunk.isEntry) ?? [];
  if (key === undefined) throw new Error("The manifest has no entry.");
  return key;
}

describe("the production build", () => {
  it("makes no warning", () => {
    expect(result.warnings).toBe("");
  });

  it("starts with at most 150 kB of script, compressed", async () => {
    const bytes = await sumGzipBytes(collectFiles(getEntryKey()));

    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(150_000);
  });

  it("opens no screen with more than 200 kB of script, compressed", async () => {
    const entry = collectFiles(getEntryKey());
    const screens = Object.keys(manifest).filter((key) => key.endsWith("-screen.tsx"));
    const sizes = await Promise.all(
      screens.map(
        async (key) => [key, await sumGzipBytes(new Set([...entry, ...collectFiles(key)]))] as const,
      ),
    );

    expect(screens.length).toBeGreaterThanOrEqual(9);
    expect(sizes.filter(([, bytes]) => bytes > 200_000)).toEqual([]);
  });

  it("loads nothing later that is larger than 60 kB, compressed", async () => {
    const entry = collectFiles(getEntryKey());
    const lazy = Object.values(manifest).filter(({ file }) => file.endsWith(".js") && !entry.has(file));
    const sizes = await Promise.all(lazy.map(async ({ file }) => [file, await getGzipBytes(file)] as const));

    expect(lazy.length).toBeGreaterThan(0);
    expect(sizes.filter(([, bytes]) => bytes > 60_000)).toEqual([]);
  });

  it("has at most 20 kB of styles, compressed", async () => {
    const sheets = new Set(Object.values(manifest).flatMap(({ css }) => css ?? []));

    expect(sheets.size).toBeGreaterThan(0);
    expect(await sumGzipBytes(sheets)).toBeLessThanOrEqual(20_000);
  });

  it("has at most 55 kB of fonts", async () => {
    const files = Object.values(manifest).map(({ file }) => file);
    const fonts = [...new Set(files.filter((file) => file.endsWith(".woff2")))];
    const sizes = await Promise.all(fonts.map(async (file) => (await readFile(result.folder + file)).length));

    expect(fonts).toHaveLength(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(55_000);
  });

  it("leaves the kit out", async () => {
    const scripts = Object.values(manifest).filter(({ file }) => file.endsWith(".js"));
    const texts = await Promise.all(scripts.map(({ file }) => readFile(result.folder + file, "utf8")));

    expect(Object.keys(manifest).filter((key) => key.includes("kit"))).toEqual([]);
    expect(texts.filter((text) => text.includes("__kit"))).toEqual([]);
  });

  it("has a page without inline script or style, which the policy would refuse", async () => {
    const html = await readFile(`${result.folder}index.html`, "utf8");

    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });

  it("keeps the themes as the browser's own light-dark()", async () => {
    const sheets = Object.values(manifest).flatMap(({ css }) => css ?? []);
    const texts = await Promise.all(sheets.map((file) => readFile(result.folder + file, "utf8")));

    expect(texts.join("")).toContain("--canvas:light-dark(oklch(");
  });
});

import { describe, expect, it } from "vitest";

import { findRegexLiterals, worstCpuMs } from "./regex-literals.ts";
import { listFiles, readText } from "./repository.ts";

const sources = listFiles(/^(apps\/server|packages\/[^/]+)\/src\/.*(?<!\.test)\.ts$/).filter(
  (file) => !/\/(?:testing|contracts|__fixtures__|migrations)\//u.test(file),
);

/** Looks at so few characters that their square is nothing. */
const boundedRegexes = [
  String.raw`[a-z]{3}.*\d{2}:\d{2}`, // a date of at most 64 characters
  String.raw`(\d+(?:\.\d+)?)\s*(ms|[smhd])[a-z]*`, // a hint of at most 2,048
];

describe("a regular expression of ours", () => {
  it("[REDOS-1] takes less than 100 ms of CPU for 20,000 hostile characters", () => {
    const regexes = sources.flatMap((file) =>
      findRegexLiterals(readText(file)).map((regex) => ({ file, regex })),
    );
    const busy = regexes.filter(
      ({ regex }) => !boundedRegexes.includes(regex.source) && worstCpuMs(regex) > 100,
    );

    expect(busy.map(({ file, regex }) => `${file}: ${String(regex)}`)).toEqual([]);
    expect(regexes.length).toBeGreaterThan(150);
  });

  it("is found, and found out, wherever it stands", () => {
    const text = [
      "const a = /^(a+)+$/u; // no /comment/",
      String.raw`text.replace(/\/+$/u, ""); const half = b / 2 / c;`,
      "if (/[/]x/.test(text)) return /^ok$/u.exec(text);",
    ].join("\n");

    const found = findRegexLiterals(text);

    expect(found.map(({ source }) => source)).toEqual(["^(a+)+$", String.raw`\/+$`, "[/]x", "^ok$"]);
    const [exponential, quadratic, ...fine] = found;
    expect(exponential && worstShort(exponential)).toBeGreaterThan(5);
    expect(quadratic && worstCpuMs(quadratic)).toBeGreaterThan(100);
    expect(Math.max(...fine.map(worstCpuMs))).toBeLessThan(100);
  });
});

/** A whole run would never end. */
function worstShort(regex: RegExp): number {
  const before = process.cpuUsage();
  regex.test(`${"a".repeat(21)}\u0000`);
  return process.cpuUsage(before).user / 1_000;
}

describe("the database", () => {
  it("[LIB-5] is never given a text as SQL: neither raw() nor sql.raw, sql.lit, sql.id with what is no constant", () => {
    const suspicious = /\b(?:sql\.(?:raw|lit|id|identifier)|raw)\(/u;

    expect(sources.filter((file) => suspicious.test(readText(file)))).toEqual([]);
  });
});

describe("a schema", () => {
  it("[LIB-6] asks nobody: no refinement or transformation waits for anything", () => {
    const waiting =
      /\.(?:refine|superRefine|check|transform|pipe)\(\s*async\b|(?<!program)\.(?:safeP|p)arseAsync\(/u;

    expect(sources.filter((file) => waiting.test(readText(file)))).toEqual([]);
  });
});

describe("libraries", () => {
  /** The first release without the holes that are known by now. */
  const safeFrom: Readonly<Record<string, string>> = {
    node: "24.14.1",
    fastify: "5.8.3",
    "'@fastify/static'": "9.1.1",
    "'@trpc/server'": "11.8.0",
    undici: "7.24.0",
    kysely: "0.28.17",
    "'@mikro-orm/core'": "7.0.6",
    zod: "3.22.4",
    "better-auth": "1.6.11",
    "ipaddr.js": "2.0.0",
  };

  it.each(Object.entries(safeFrom))(
    "[CFG-4] [LIB-1] [LIB-2] [LIB-3] [LIB-4] %s is at least %s",
    (name, oldest) => {
      const line = readText("pnpm-workspace.yaml")
        .split("\n")
        .findLast((text) => text.trim().startsWith(`${name}: `));
      const pinned = line?.trim().slice(name.length + 2) ?? "";

      expect(pinned).toMatch(/^\d+\.\d+\.\d+$/u);
      expect(pinned.localeCompare(oldest, undefined, { numeric: true })).toBeGreaterThanOrEqual(0);
    },
  );
});

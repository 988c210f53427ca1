import { describe, expect, test } from "vitest";
import {
  formatOllamaVersion,
  isAtLeast,
  ollamaFeatures,
  ollamaWarnings,
  parseOllamaVersion,
  supports,
  type OllamaFeature,
} from "./ollama-version.ts";

// safe: the keys of a constant record
const features = Object.keys(ollamaFeatures) as OllamaFeature[];

describe("parseOllamaVersion", () => {
  test.each([
    ["0.33.0", [0, 33, 0, ""]],
    ["v0.5.7", [0, 5, 7, ""]],
    [" 0.12.11\n", [0, 12, 11, ""]],
    ["0.30.0-rc2", [0, 30, 0, "rc2"]],
    ["0.12.3-5-g1a2b3c4-dirty", [0, 12, 3, "5-g1a2b3c4-dirty"]],
    ["1.0", [1, 0, 0, ""]],
  ])("reads %j", (text, [major, minor, patch, suffix]) => {
    expect(parseOllamaVersion(text)).toEqual({ major, minor, patch, suffix });
  });

  test.each(["", "latest", "0", "0.x.1", "-1.0.0", "0.33.0 or so", `0.${"9".repeat(40)}.0`])(
    "takes %j for no version",
    (text) => {
      expect(parseOllamaVersion(text)).toBeUndefined();
    },
  );

  test("is written as it was read", () => {
    for (const text of ["0.33.0", "0.30.0-rc2", "0.12.3-5-g1a2b3c4"]) {
      expect(formatOllamaVersion(version(text))).toBe(text);
    }
  });
});

describe("[vector 46] what a version can do", () => {
  test.each(features)("%s begins with its release", (feature) => {
    const since = version(ollamaFeatures[feature]);

    expect(supports(since, feature)).toBe(true);
    expect(supports(version(`v${ollamaFeatures[feature]}`), feature)).toBe(true);
    expect(supports(version(`${ollamaFeatures[feature]}-rc1`), feature)).toBe(true);
    expect(supports({ ...since, patch: since.patch + 1 }, feature)).toBe(true);
    expect(supports({ ...since, minor: since.minor + 1, patch: 0 }, feature)).toBe(true);
    expect(supports({ ...since, major: since.major + 1, minor: 0, patch: 0 }, feature)).toBe(true);
    expect(supports(before(ollamaFeatures[feature]), feature)).toBe(false);
  });

  test("a development build and a server of unknown version have everything", () => {
    for (const feature of features) {
      expect(supports(version("0.0.0"), feature)).toBe(true);
      expect(supports(undefined, feature)).toBe(true);
    }
  });

  test("versions are compared as numbers, not as text", () => {
    expect(isAtLeast(version("0.12.10"), "0.12.9")).toBe(true);
    expect(isAtLeast(version("0.9.6"), "0.12.0")).toBe(false);
    expect(isAtLeast(version("1.0.0"), "0.33.0")).toBe(true);
  });
});

describe("[OLL-2] a server that a crafted model file can attack", () => {
  test.each(["0.17.0", "0.17.1-rc0", "0.16.3", "0.1.24"])("%s is warned of", (text) => {
    expect(ollamaWarnings(version(text))).toEqual([
      `Ollama ${text} can be attacked with a crafted model file (CVE-2026-7482). Update it to 0.17.1 or later.`,
    ]);
  });

  test.each(["0.17.1", "0.17.1-2-gabcdef0", "0.18.0-rc0", "0.33.0", "0.0.0"])("%s is not", (text) => {
    expect(ollamaWarnings(version(text))).toEqual([]);
  });

  test("an unknown version is no reason to warn", () => {
    expect(ollamaWarnings(undefined)).toEqual([]);
  });
});

function version(text: string) {
  const parsed = parseOllamaVersion(text);
  if (parsed === undefined) throw new Error(`no version: ${text}`);
  return parsed;
}

/** The greatest version below a release. */
function before(release: string) {
  const { major, minor, patch, suffix } = version(release);
  return patch > 0
    ? { major, minor, patch: patch - 1, suffix }
    : { major, minor: minor - 1, patch: 999, suffix };
}

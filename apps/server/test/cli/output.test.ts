import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { createProgress } from "../../src/cli/output/progress-bar.ts";
import { renderTable } from "../../src/cli/output/render-table.ts";
import { createStyle, wantsColors } from "../../src/cli/output/style.ts";
import { widthOf } from "../../src/cli/output/text-width.ts";

const widths = Array.from({ length: 141 }, (_, at) => 60 + at);
const names = ["short", "模型".repeat(60), "a".repeat(300), "🐎 with a face", "two\nlines", "\u001b[31mred"];

describe.each([true, false])("with colors: %s", (hasColors) => {
  const style = createStyle(hasColors);

  test("a table is no wider than a terminal of 60 to 200 columns, and tells each row apart", () => {
    const head = ["", "outcome", "kind", "name", "what"];
    const rows = names.map((name) => [
      { text: "+", color: "green" as const },
      "created",
      "model",
      name,
      name,
    ]);

    for (const width of widths) {
      const text = renderTable({ head, rows }, { width, style });

      const lines = stripVTControlCharacters(text).trimEnd().split("\n");
      expect(lines).toHaveLength(rows.length + 1);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
      expect(lines[1]).toMatch(/^\+ +created +model +short +short$/u);
      expect(text.includes("\u001b[")).toBe(hasColors);
    }
  });

  test("a progress bar stays on one line of 60 to 200 columns, and goes without a trace", () => {
    for (const columns of widths) {
      let drawn = "";
      const output = {
        isTerminal: true,
        columns: () => columns,
        write: (text: string) => void (drawn += text),
      };
      let nowMs = 0;
      {
        using progress = createProgress(output, { style, isQuiet: false, nowMs: () => (nowMs += 100) });
        for (const name of names)
          for (const share of [null, 0, 0.5, 1]) progress.show(name.replace("\n", " "), share);
      }

      const lines = drawn.split("\r\u001b[2K").map((line) => stripVTControlCharacters(line));
      expect(lines.at(0)).toBe("");
      expect(lines.at(-1)).toBe("");
      expect(lines.length).toBe(names.length * 4 + 2);
      expect(Math.max(...lines.map(widthOf))).toBeLessThan(columns);
      expect(drawn).not.toContain("\n");
      expect(drawn).not.toContain("\u001b[?25l");
      expect(drawn.includes("\u001b[32m█")).toBe(hasColors);
    }
  });
});

test("a progress bar is drawn at most every 80 ms, and always when all is done", () => {
  let drawn = 0;
  const output = { isTerminal: true, columns: () => 80, write: () => void (drawn += 1) };
  let nowMs = 0;
  using progress = createProgress(output, {
    style: createStyle(false),
    isQuiet: false,
    nowMs: () => (nowMs += 1),
  });

  for (let share = 0; share < 1; share += 0.01) progress.show("rows", share);
  const before = drawn;
  progress.show("rows", 1);

  expect([before, drawn]).toStrictEqual([2, 3]);
});

test.each([
  ["a pipe", false, false],
  ["a terminal with --json", true, true],
])("%s gets no progress", (_, isTerminal, isQuiet) => {
  let drawn = "";
  const output = { isTerminal, columns: () => 80, write: (text: string) => void (drawn += text) };

  using progress = createProgress(output, { style: createStyle(true), isQuiet, nowMs: () => 0 });
  progress.show("rows", 0.5);
  progress[Symbol.dispose]();

  expect(drawn).toBe("");
});

test.each([
  ["a terminal", true, {}, true],
  ["a pipe", false, {}, false],
  ["a terminal that is dumb", true, { TERM: "dumb" }, false],
  ["NO_COLOR", true, { NO_COLOR: "1" }, false],
  ["an empty NO_COLOR, which says nothing", true, { NO_COLOR: "" }, true],
  ["FORCE_COLOR on a pipe", false, { FORCE_COLOR: "1" }, true],
  ["FORCE_COLOR=0", true, { FORCE_COLOR: "0" }, false],
  ["NO_COLOR, which is stronger than FORCE_COLOR", true, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
])("colors with %s", (...[, isTerminal, environment, expected]) => {
  expect(wantsColors(isTerminal, environment)).toBe(expected);
});

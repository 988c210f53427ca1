import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { getContrast, type Rgb, toLinearRgb } from "./contrast.ts";

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
const color = String.raw`oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)`;
const declaration = new RegExp(String.raw`--([\w-]+): light-dark\(${color}, ${color}\);`, "g");

const tokens = new Map(
  [...css.matchAll(declaration)].map(([, name = "", ...parts]) => {
    const [l1 = 0, c1 = 0, h1 = 0, l2 = 0, c2 = 0, h2 = 0] = parts.map(Number);
    return [name, { light: toLinearRgb(l1, c1, h1), dark: toLinearRgb(l2, c2, h2) }];
  }),
);

function getToken(name: string, theme: "light" | "dark"): Rgb {
  const token = tokens.get(name);
  if (!token) throw new Error(`tokens.css has no --${name}.`);
  return token[theme];
}

const papers = ["canvas", "surface"];
const statuses = ["ok", "warn", "bad", "info"];

type Pair = [ink: string, paper: string, atLeast: number];

const pairs: Pair[] = [
  ...[...papers, "sunken", "raised"].map((paper): Pair => ["ink", paper, 7]),
  ...["ink-muted", "ink-faint", "accent-ink", ...statuses].flatMap((ink) =>
    papers.map((paper): Pair => [ink, paper, 4.5]),
  ),
  ...["ink-muted", "bad"].map((ink): Pair => [ink, "raised", 4.5]),
  ...["ink-muted", "ink-faint"].map((ink): Pair => [ink, "sunken", 4.5]),
  ...statuses.map((ink): Pair => [ink, `${ink}-soft`, 4.5]),
  ...statuses.map((paper): Pair => ["ink", `${paper}-soft`, 7]),
  ["ink-muted", "bad-soft", 4.5],
  ["accent-ink", "accent-soft", 4.5],
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-hover", 4.5],
  ...["accent", "line-strong", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"].flatMap((mark) =>
    papers.map((paper): Pair => [mark, paper, 3]),
  ),
  ["accent", "raised", 3],
];

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
  it.each(pairs)("shows %s on %s at %d:1 or better", (ink, paper, atLeast) => {
    const ratio = getContrast(getToken(ink, theme), getToken(paper, theme));

    expect(ratio).toBeGreaterThanOrEqual(atLeast);
  });
});

it("reads every color of the file", () => {
  expect(tokens.size).toBe(css.match(/light-dark\(/g)?.length);
});

it("computes the ratios that WCAG tools compute", () => {
  const [black, white] = [toLinearRgb(0, 0, 0), toLinearRgb(1, 0, 0)];

  expect(getContrast(black, white)).toBeCloseTo(21, 5);
  // #777777 on white, a well-known 4.48.
  expect(getContrast(toLinearRgb(0.5693, 0, 0), white)).toBeCloseTo(4.48, 1);
});

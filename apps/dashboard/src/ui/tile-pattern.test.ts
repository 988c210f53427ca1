import { expect, it } from "vitest";

import { createTilePattern } from "./tile-pattern.ts";

const ids = Array.from({ length: 2_000 }, (_, index) => `family-${index % 40}:${index}b`);

it("gives a model the same face for ever", () => {
  expect(createTilePattern("qwen3-coder:30b")).toMatchInlineSnapshot(`
    {
      "cells": [
        {
          "isSoft": true,
          "x": 1,
          "y": 0,
        },
        {
          "isSoft": true,
          "x": 2,
          "y": 0,
        },
        {
          "isSoft": true,
          "x": 0,
          "y": 1,
        },
        {
          "isSoft": true,
          "x": 3,
          "y": 1,
        },
        {
          "isSoft": false,
          "x": 1,
          "y": 2,
        },
        {
          "isSoft": false,
          "x": 2,
          "y": 2,
        },
        {
          "isSoft": true,
          "x": 0,
          "y": 3,
        },
        {
          "isSoft": true,
          "x": 3,
          "y": 3,
        },
        {
          "isSoft": false,
          "x": 1,
          "y": 3,
        },
        {
          "isSoft": false,
          "x": 2,
          "y": 3,
        },
      ],
      "hue": 3,
    }
  `);
});

it("mirrors every cell", () => {
  const { cells } = createTilePattern("gpt-5.4");

  for (const { x, y, isSoft } of cells) expect(cells).toContainEqual({ x: 3 - x, y, isSoft });
});

it("is never blank nor solid, and uses all seven hues", () => {
  const patterns = ids.map(createTilePattern);
  const sizes = patterns.map(({ cells }) => cells.length);

  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(6);
  expect(Math.max(...sizes)).toBeLessThan(16);
  expect(new Set(patterns.map(({ hue }) => hue))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
});

it("tells neighboring ids apart", () => {
  const faces = new Set(ids.slice(0, 100).map((id) => JSON.stringify(createTilePattern(id))));

  expect(faces.size).toBeGreaterThan(95);
});

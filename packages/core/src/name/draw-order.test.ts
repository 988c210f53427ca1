import { describe, expect, test } from "vitest";
import { Dice } from "../testing/world/random-world.ts";
import { drawOrder } from "./draw-order.ts";

const items = [
  { id: "a", weight: 6 },
  { id: "b", weight: 3 },
  { id: "spare", weight: 0 },
  { id: "c", weight: 1 },
];

describe("an order drawn by weight", () => {
  test("puts each item first as often as its weight says, and the second as often among the rest", () => {
    const dice = new Dice(20_261_123);
    const draws = 40_000;
    const firsts: Record<string, number> = { a: 0, b: 0, c: 0, spare: 0 };
    let bAfterA = 0;

    for (let draw = 0; draw < draws; draw += 1) {
      const [first, second] = drawOrder(items, () => dice.next());
      firsts[first?.id ?? ""] = (firsts[first?.id ?? ""] ?? 0) + 1;
      if (first?.id === "a" && second?.id === "b") bAfterA += 1;
    }

    // Five standard deviations: a fair draw fails once in millions, and the seed is fixed.
    for (const { id, weight } of items) {
      const expected = weight / 10;
      const deviation = Math.sqrt((expected * (1 - expected)) / draws);
      expect(Math.abs((firsts[id] ?? 0) / draws - expected)).toBeLessThanOrEqual(5 * deviation);
    }
    expect(bAfterA / (firsts["a"] ?? 1)).toBeCloseTo(3 / 4, 1);
  });

  test("holds every item once, those without weight last and as they stand", () => {
    const dice = new Dice(7);
    const some = [{ id: "x", weight: 0 }, ...items];

    for (let draw = 0; draw < 100; draw += 1) {
      const ids = drawOrder(some, () => dice.next()).map(({ id }) => id);
      expect(ids.slice(3)).toEqual(["x", "spare"]);
      expect(ids.slice(0, 3).toSorted()).toEqual(["a", "b", "c"]);
    }
  });

  test("without any weight is the order that was given", () => {
    const plain = items.map(({ id }) => ({ id, weight: 0 }));

    expect(drawOrder(plain, () => 0.5)).toEqual(plain);
  });

  test("survives a source that gives its very end", () => {
    expect(drawOrder(items, () => 1).map(({ id }) => id)).toEqual(["c", "b", "a", "spare"]);
  });
});

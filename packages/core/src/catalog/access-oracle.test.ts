import { describe, expect, test } from "vitest";
import { compareWithOracle } from "../testing/world/compare-with-oracle.ts";

const worlds = 250;
const batches = 10;

describe("for every caller and model of random worlds", () => {
  test.each(Array.from({ length: batches }, (_, at) => at))(
    "listed, gettable, writable and callable are what the decisions say, and the reasons are given: part %i",
    (batch) => {
      const compared = Array.from({ length: worlds / batches }, (_, at) =>
        compareWithOracle(batch * (worlds / batches) + at),
      );

      expect(compared.flatMap(({ differences }) => differences).slice(0, 10)).toEqual([]);
      // 20 callers and some 45 models a world: not a comparison of nothing
      expect(compared.reduce((sum, { cells }) => sum + cells, 0)).toBeGreaterThan(20_000);
    },
  );
});

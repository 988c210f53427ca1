import { expect, it } from "vitest";

import { toOffsets } from "./use-sparse-rows.ts";

it.each([
  [0, 0, [0]],
  [0, 30, [0]],
  [0, 100, [0]],
  [90, 120, [0, 100]],
  [9_980, 10_000, [9_900]],
  [150, 350, [100, 200, 300]],
])("rows %d to %d need the pages at %j", (first, end, offsets) => {
  expect(toOffsets(first, end)).toEqual(offsets);
});

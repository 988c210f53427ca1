import { expect, test } from "vitest";
import { instantSchema } from "./instant.ts";

test.each([
  ["2026-11-24T05:00:00Z", "2026-11-24T05:00:00.000Z"],
  ["2026-01-01T00:00:00+23:59", "2025-12-31T00:01:00.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ["9999-12-31T22:59:59.999-01:00", "9999-12-31T23:59:59.999Z"],
])("%s is %s", (text, instant) => {
  expect(instantSchema.parse(text)).toBe(instant);
});

test.each([
  ["0000-12-31T23:59:59Z", "must be in the years 1 to 9999"],
  ["0001-01-01T00:00:00+01:00", "must be in the years 1 to 9999"],
  ["9999-12-31T23:59:59-01:00", "must be in the years 1 to 9999"],
  ["2026-11-24", "Invalid ISO datetime"],
  ["2026-02-30T00:00:00Z", "Invalid ISO datetime"],
])("%s is refused: %s", (text, message) => {
  expect(instantSchema.safeParse(text).error?.issues.map((issue) => issue.message)).toStrictEqual([message]);
});

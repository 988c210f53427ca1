import { expect, it } from "vitest";

import { createFormats } from "./format.ts";

const english = createFormats("en");
const now = new Date("2026-11-23T12:00:00Z");

it.each([
  [-45, "45 seconds ago"],
  [-90, "1 minute ago"],
  [-7_200, "2 hours ago"],
  [-86_400 * 9, "last week"],
  [86_400, "tomorrow"],
])("says %d s in the largest unit that fits", (seconds, words) => {
  expect(english.relative(new Date(now.getTime() + seconds * 1000), now)).toBe(words);
});

it.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [1_000, "1 kB"],
  [19_000_000_000, "19 GB"],
])("scales %d bytes", (value, words) => {
  expect(english.bytes(value)).toBe(words);
});

it("shows milliseconds below a second, then seconds", () => {
  expect([english.durationMs(340), english.durationMs(2_540)]).toEqual(["340 ms", "2.54 sec"]);
});

it("follows the reader's locale", () => {
  const german = createFormats("de");

  expect([english.number(4_312), german.number(4_312)]).toEqual(["4,312", "4.312"]);
  expect(german.list(["Ada", "Alan"])).toBe("Ada und Alan");
});

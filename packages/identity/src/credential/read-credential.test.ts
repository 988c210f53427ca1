import { expect, test } from "vitest";
import { readCredential } from "./read-credential.ts";

test.each([
  [undefined, undefined],
  ["Bearer abc", "abc"],
  ["bearer   abc", "abc"],
  [" BEARER\tabc ", "abc"],
  ["Bearer", ""],
  ["Bearer ", ""],
  ["Bearer a b", "a b"],
  ["Bearerabc", undefined],
  ["Basic abc", undefined],
  ["abc", undefined],
])("reads the bearer of %j as %j", (authorization, bearer) => {
  expect(readCredential({ authorization, cookie: "c" })).toEqual({ bearer, cookie: "c" });
});

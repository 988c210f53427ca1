import { expect, test } from "vitest";
import { toOwnPath } from "./own-path.ts";

const publicUrl = new URL("https://corral.example.com/");

test.each(["/", "/catalog", "/catalog/llama3%3A8b?tab=history#top"])("keeps %s", (path) => {
  expect(toOwnPath(path, publicUrl)).toBe(path);
});

test.each([
  undefined,
  "",
  "catalog",
  "//evil.example",
  String.raw`/\evil.example`,
  String.raw`\\evil.example`,
  "/\t/evil.example",
  "/\n//evil.example",
  "https://evil.example/",
  "javascript:alert(1)",
  "/ü",
  "/..//evil.example",
  "/catalog/../..//evil.example",
  `/${"a".repeat(3_000)}`,
])("leads from %j to the start", (text) => {
  expect(toOwnPath(text, publicUrl)).toBe("/");
});

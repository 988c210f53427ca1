import { expect, test } from "vitest";
import { BoundedCache } from "./bounded-cache.ts";

test("forgets what was not used for longest, by bytes", () => {
  const cache = new BoundedCache<string>(100);
  cache.set("a", "A", 40);
  cache.set("b", "B", 40);
  cache.get("a");

  cache.set("c", "C", 40);

  expect(["a", "b", "c"].map((key) => cache.get(key))).toEqual(["A", undefined, "C"]);
  expect(cache.bytes).toBe(80);
});

test("does not keep what is larger than all it may hold, and replaces what it has", () => {
  const cache = new BoundedCache<string>(100);
  cache.set("a", "A", 60);

  cache.set("a", "new", 70);
  cache.set("b", "B", 101);

  expect([cache.get("a"), cache.get("b"), cache.bytes]).toEqual(["new", undefined, 70]);
});

import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { LayeredMap } from "./layered-map.ts";

const edits = fc.array(
  fc.array(fc.tuple(fc.nat(150), fc.option(fc.nat(), { nil: undefined, freq: 1 })), {
    minLength: 30,
    maxLength: 60,
  }),
  { minLength: 4, maxLength: 8 },
);

test.prop([edits], { numRuns: 20 })("every version stays a map with what it was given", (portions) => {
  const plain = new Map<number, number>();
  const versions: [LayeredMap<number, number>, Map<number, number>][] = [];
  let layered = new LayeredMap<number, number>();

  for (const portion of portions) {
    layered = layered.with(new Map(portion));
    for (const [key, value] of portion) {
      if (value === undefined) plain.delete(key);
      else plain.set(key, value);
    }
    versions.push([layered, new Map(plain)]);
  }

  for (const [version, expected] of versions) {
    const keys = [...Array(151).keys()];
    expect(keys.map((key) => version.get(key))).toEqual(keys.map((key) => expected.get(key)));
    expect(new Set(version.values())).toEqual(new Set(expected.values()));
  }
});

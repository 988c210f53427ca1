import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Dice } from "../testing/world/random-world.ts";
import { LayeredMap } from "./layered-map.ts";

const keys = [...Array(150).keys()];

test.prop([fc.integer()], { numRuns: 20 })("every version stays a map with what it was given", (seed) => {
  const dice = new Dice(seed);
  const plain = new Map<number, number>();
  const versions: [LayeredMap<number, number>, Map<number, number>][] = [];
  let layered = new LayeredMap<number, number>();

  // Far more than one layer holds, so that some versions fold theirs in.
  for (let step = 0; step < 12; step += 1) {
    const changes = new Map(
      dice.some(keys, 0.2).map((key) => [key, dice.chance(0.4) ? undefined : dice.below(1_000)] as const),
    );
    layered = layered.with(changes);
    for (const [key, value] of changes) {
      if (value === undefined) plain.delete(key);
      else plain.set(key, value);
    }
    versions.push([layered, new Map(plain)]);
  }

  for (const [version, expected] of versions) {
    expect(keys.map((key) => version.get(key))).toEqual(keys.map((key) => expected.get(key)));
    expect(new Set(version.values())).toEqual(new Set(expected.values()));
  }
});

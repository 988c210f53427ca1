import fc, { type GeneratorValue } from "fast-check";

/** Choices that one number decides: the same seed makes the same inputs. */
export type Dice = {
  readonly upTo: (max: number) => number;
  readonly chance: (percent: number) => boolean;
  /** @throws where there is nothing to choose from. */
  readonly pick: <T>(items: readonly T[]) => T;
};

/** @param seed A whole number of 32 bits. */
export function rollMany<T>(
  { seed, count }: { readonly seed: number; readonly count: number },
  make: (dice: Dice) => T,
): readonly T[] {
  return fc.sample(
    fc.gen().map((draw) => make(toDice(draw))),
    { seed, numRuns: count },
  );
}

function toDice(draw: GeneratorValue): Dice {
  const upTo = (max: number) => draw(fc.integer, { min: 0, max });
  return {
    upTo,
    // not below: libraries of such numbers begin with small ones
    chance: (percent) => draw(fc.integer, { min: 0, max: 99 }) >= 100 - percent,
    pick(items) {
      const index = upTo(items.length - 1);
      if (index >= items.length) throw new Error("There is nothing to choose from.");
      // safe: within the list
      return items[index] as (typeof items)[number];
    },
  };
}

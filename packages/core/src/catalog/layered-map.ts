/**
 * An immutable map that is cheap to change: versions share one big map and differ by a small one on top of it. The
 * small one is folded in when it has grown to a 64th of the big one, so a change costs a 64th of a copy at most.
 */
export class LayeredMap<K, V extends {}> {
  readonly #below: ReadonlyMap<K, V>;
  /** `undefined` hides the value below. */
  readonly #above: ReadonlyMap<K, V | undefined>;

  constructor(below: ReadonlyMap<K, V> = new Map(), above: ReadonlyMap<K, V | undefined> = new Map()) {
    this.#below = below;
    this.#above = above;
  }

  get(key: K): V | undefined {
    if (this.#above.size === 0) return this.#below.get(key);
    const value = this.#above.get(key);
    return value === undefined && !this.#above.has(key) ? this.#below.get(key) : value;
  }

  /** The map with these values, where `undefined` removes. Returns itself when there is nothing to change. */
  with(changes: ReadonlyMap<K, V | undefined>): LayeredMap<K, V> {
    if (changes.size === 0) return this;
    const above = new Map(this.#above);
    for (const [key, value] of changes) above.set(key, value);
    if (above.size <= Math.max(64, this.#below.size >> 6)) return new LayeredMap(this.#below, above);
    const folded = new Map(this.#below);
    for (const [key, value] of above) {
      if (value === undefined) folded.delete(key);
      else folded.set(key, value);
    }
    return new LayeredMap(folded);
  }

  *values(): Generator<V> {
    for (const [key, value] of this.#below) if (!this.#above.has(key)) yield value;
    for (const value of this.#above.values()) if (value !== undefined) yield value;
  }
}

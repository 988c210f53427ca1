const slotCount = 10;

/** Counts two kinds of events over the last while, in ten slots, so that the oldest tenth falls out at a time. */
export class SlidingCounts {
  readonly #slotMs: number;
  readonly #good = new Int32Array(slotCount);
  readonly #bad = new Int32Array(slotCount);
  #slot = 0;

  constructor(windowMs: number) {
    this.#slotMs = windowMs / slotCount;
  }

  good(now: number): void {
    const at = this.#advance(now);
    this.#good[at] = (this.#good[at] ?? 0) + 1;
  }

  bad(now: number): void {
    const at = this.#advance(now);
    this.#bad[at] = (this.#bad[at] ?? 0) + 1;
  }

  totals(now: number): { readonly good: number; readonly bad: number } {
    this.#advance(now);
    return { good: sum(this.#good), bad: sum(this.#bad) };
  }

  clear(): void {
    this.#good.fill(0);
    this.#bad.fill(0);
  }

  /** Empties the slots that time has passed over, and gives the current one. */
  #advance(now: number): number {
    const slot = Math.floor(now / this.#slotMs);
    const passed = Math.min(slot - this.#slot, slotCount);
    for (let step = 1; step <= passed; step += 1) {
      const at = (this.#slot + step) % slotCount;
      this.#good[at] = 0;
      this.#bad[at] = 0;
    }
    if (passed > 0) this.#slot = slot;
    return this.#slot % slotCount;
  }
}

function sum(counts: Int32Array): number {
  return counts.reduce((total, count) => total + count, 0);
}

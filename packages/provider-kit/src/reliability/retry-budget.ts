import { SlidingCounts } from "./sliding-counts.ts";

const windowMs = 10_000;
const share = 0.1;
const floor = 3;

/** Bounds repeats to a tenth of the calls of the last ten seconds plus three, so that an outage is not amplified. */
export class RetryBudget {
  readonly #counts = new SlidingCounts(windowMs);

  call(now: number): void {
    this.#counts.good(now);
  }

  /** Whether one more repeat may be made; it is counted. */
  take(now: number): boolean {
    const { good, bad } = this.#counts.totals(now);
    if (bad >= share * good + floor) return false;
    this.#counts.bad(now);
    return true;
  }
}

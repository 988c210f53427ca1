import { DomainError } from "@corral/core";

const maxWaitMs = 30_000;
const waitersPerPlace = 2;
/** By then some of those who wait have had their turn. */
const retryAfterMs = 1_000;

/** Bounds the calls that run at the same time; as many again, twice, may wait for up to 30 s, first come first served. */
export class CallPlaces {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a place if one is free. */
  tryEnter(): boolean {
    if (this.#taken >= this.#limit) return false;
    this.#taken += 1;
    return true;
  }

  /**
   * Waits for a place and takes it. Whoever leaves meanwhile, leaves the queue.
   *
   * @throws DomainError `upstream_unavailable` when too many wait or it takes too long; the signal's reason.
   */
  async enter(signal: AbortSignal): Promise<void> {
    if (this.tryEnter()) return;
    if (this.#waiting.size >= waitersPerPlace * this.#limit) {
      throw this.#isFull("and as many calls wait as may");
    }
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        // At once: a place given to someone who has left would be lost.
        this.#waiting.delete(onFree);
      };
      const giveUp = (error: DomainError): void => {
        settle();
        reject(error);
      };
      const onFree = (): void => {
        settle();
        resolve();
      };
      const onAbort = (): void => giveUp(new DomainError("request_cancelled"));
      const onLate = (): void => giveUp(this.#isFull(`and none became free for ${maxWaitMs / 1_000} s`));
      const timer = setTimeout(onLate, maxWaitMs);
      this.#waiting.add(onFree);
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort);
    });
  }

  /** Gives a place back: the first who waits has it. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#taken -= 1;
    else {
      this.#waiting.delete(next);
      next();
    }
  }

  #isFull(why: string): DomainError {
    return new DomainError(
      "upstream_unavailable",
      `All ${this.#limit} places of the connection are taken, ${why}.`,
      { details: { upstreamClass: "overloaded", retryAfterMs } },
    );
  }
}

import { DomainError } from "@corral/core";
import { LRUCache } from "lru-cache";

const minuteMs = 60_000;
const longestPauseMs = 15 * minuteMs;
/** After so long without a failure, all is forgotten. */
const forgetAfterMs = 60 * minuteMs;

type Record = {
  /** When the failures of the last minute happened. */
  failures: readonly number[];
  pauses: number;
  pausedUntil: number;
  lastFailure: number;
};

/**
 * Slows guessing down: too many failures within a minute, and there is a pause, doubling each time from one minute to
 * fifteen. Successes cost nothing. Bounded: the names that failed longest ago are forgotten first.
 */
export class FailureLimiter {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #records = new LRUCache<string, Record>({ max: 20_000 });

  constructor(options: { readonly perMinute: number; readonly now: () => number }) {
    this.#perMinute = options.perMinute;
    this.#now = options.now;
  }

  /** @throws DomainError `rate_limited` while any of the names is paused. */
  assertAllowed(names: readonly string[]): void {
    const until = Math.max(...names.map((name) => this.#records.get(name)?.pausedUntil ?? 0));
    const retryAfterMs = until - this.#now();
    if (retryAfterMs <= 0) return;
    throw new DomainError("rate_limited", "There were too many failed attempts to sign in.", {
      details: { retryAfterMs },
    });
  }

  noteFailure(names: readonly string[]): void {
    for (const name of names) this.#records.set(name, this.#fail(this.#records.get(name)));
  }

  /** The right password clears an account; a network stays as it is, or one account would open it for guessing others. */
  noteSuccess(account: string): void {
    this.#records.delete(account);
  }

  #fail(before: Record | undefined): Record {
    const now = this.#now();
    const record = before !== undefined && now - before.lastFailure < forgetAfterMs ? before : undefined;
    const recent = (record?.failures ?? []).filter((at) => now - at < minuteMs);
    const failures = [...recent, now];
    const pauses = record?.pauses ?? 0;
    if (failures.length < this.#perMinute) {
      return { failures, pauses, pausedUntil: record?.pausedUntil ?? 0, lastFailure: now };
    }
    const pauseMs = Math.min(longestPauseMs, minuteMs * 2 ** pauses);
    return { failures: [], pauses: pauses + 1, pausedUntil: now + pauseMs, lastFailure: now };
  }
}

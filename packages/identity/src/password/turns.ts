import { DomainError } from "@corral/core";

/**
 * Lets few run at once, few wait, and turns the rest away.
 *
 * Password hashing shares its threads with name resolution: a flood of sign-ins would stall every call to a provider.
 */
export class Turns {
  readonly #options: { readonly running: number; readonly waiting: number; readonly retryAfterMs: number };
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: {
    readonly running: number;
    readonly waiting: number;
    /** What those who are turned away are told. */ readonly retryAfterMs: number;
  }) {
    this.#options = options;
  }

  /** @throws DomainError `overloaded` when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#begin();
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  async #begin(): Promise<void> {
    if (this.#running < this.#options.running) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#options.waiting) {
      throw new DomainError("overloaded", "Too many people are signing in at this moment.", {
        details: { retryAfterMs: this.#options.retryAfterMs },
      });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Whoever waits first takes the turn over, so that nobody slips in between. */
  #end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

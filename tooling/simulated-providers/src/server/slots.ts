/** Bounded parallelism with a bounded queue, as a server with few inference slots has it. */
export class Slots {
  readonly #limit: number;
  readonly #maxQueue: number;
  readonly #queue: (() => void)[] = [];
  #busy = 0;

  constructor(limit: number, maxQueue: number) {
    this.#limit = limit;
    this.#maxQueue = maxQueue;
  }

  get busy(): number {
    return this.#busy;
  }

  /** Waits for a slot; undefined when the queue is full, an abort error when the client goes while waiting. */
  async acquire(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (this.#busy < this.#limit) {
      this.#busy += 1;
    } else {
      if (this.#queue.length >= this.#maxQueue) return undefined;
      await this.#wait(signal);
    }
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const next = this.#queue.shift();
      if (next) next();
      else this.#busy -= 1;
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#queue.splice(this.#queue.indexOf(enter), 1);
        reject(signal.reason);
      };
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      this.#queue.push(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}

/** Holds a slot for as long as a stream runs, also when it is left early. */
export async function* releasing<T>(items: AsyncIterable<T>, release: () => void): AsyncGenerator<T> {
  try {
    yield* items;
  } finally {
    release();
  }
}

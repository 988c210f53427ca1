import type { ServerResponse } from "node:http";

/** Requests under way, so that a stop can wait for answers and end what would never end by itself. */
export class InFlight {
  readonly #responses = new Set<ServerResponse>();
  readonly #endless = new Set<ServerResponse>();

  /** Counts a request until its connection or answer ends. */
  add(response: ServerResponse): void {
    this.#responses.add(response);
    response.once("close", () => {
      this.#responses.delete(response);
      this.#endless.delete(response);
    });
  }

  /** A subscription: a stop ends it at once, and its client comes back to whoever serves then. */
  markEndless(response: ServerResponse): void {
    this.#endless.add(response);
  }

  endSubscriptions(): void {
    for (const response of this.#endless) response.destroy();
  }

  get count(): number {
    return this.#responses.size;
  }
}

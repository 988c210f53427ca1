import { onlineManager } from "@tanstack/react-query";

const firstWaitMs = 1_000;
const longestWaitMs = 10_000;
const answerWithinMs = 5_000;

/** Tells React Query when the server cannot be reached, and asks until it can again. */
export class Reachability {
  #timer: number | undefined;
  #waitMs = firstWaitMs;

  lost(): void {
    onlineManager.setOnline(false);
    if (this.#timer !== undefined) return;
    this.#timer = window.setTimeout(() => void this.#ask(), this.#waitMs);
    this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
  }

  found(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waitMs = firstWaitMs;
    if (!onlineManager.isOnline()) onlineManager.setOnline(true);
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    try {
      const answer = await fetch("/health", { signal: AbortSignal.timeout(answerWithinMs) });
      if (answer.ok) this.found();
      else this.lost();
    } catch {
      this.lost();
    }
  }
}

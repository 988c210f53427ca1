import { pause } from "../server/pause.ts";

/** How fast a simulated model is; everything in milliseconds. */
export type Pace = {
  /** Silence before the first token. */
  firstTokenMs: number;
  /** Between tokens. */
  tokenMs: number;
};

/** Hands out items on a fixed beat, so that a slow reader does not slow the clock; rejects when the client goes. */
export async function* paced<T>(items: Iterable<T>, pace: Pace, signal: AbortSignal): AsyncGenerator<T> {
  const startedAt = performance.now() + pace.firstTokenMs;
  let index = 0;
  for (const item of items) {
    const dueInMs = startedAt + index * pace.tokenMs - performance.now();
    if (dueInMs > 0) await pause(dueInMs, signal);
    signal.throwIfAborted();
    yield item;
    index += 1;
  }
}

import { setImmediate, setTimeout } from "node:timers/promises";

/** Waits, and rejects with the signal's reason as soon as the client is gone. Zero gives way to pending I/O once. */
export async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  await (waitMs > 0 ? setTimeout(waitMs, undefined, { signal }) : setImmediate(undefined, { signal }));
}

/** Resolves when the client is gone. */
export function gone(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

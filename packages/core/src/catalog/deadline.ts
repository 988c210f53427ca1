import { DomainError } from "../error/domain-error.ts";

type Deadline = { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined };

/**
 * Waits for `work`, but not longer than this. What it gives later is dropped.
 *
 * @throws DomainError `database_unavailable` when time is up, `shutting_down` when the signal is aborted.
 */
export async function withDeadline<T>(work: Promise<T>, { timeoutMs, signal }: Deadline): Promise<T> {
  const over = new AbortController();
  const ends = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const late = pause(timeoutMs, ends).then(() => {
    throw new DomainError(signal?.aborted === true ? "shutting_down" : "database_unavailable");
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

/** Resolves after a time, or at once when the signal is aborted. */
export async function pause(timeMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, timeMs);
    signal?.addEventListener("abort", end, { once: true });
  });
}

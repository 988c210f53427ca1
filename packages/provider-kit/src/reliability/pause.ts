import { DomainError } from "@corral/core";

/** Waits. @throws DomainError `request_cancelled` as soon as the signal aborts. */
export async function pause(forMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(new DomainError("request_cancelled"));
  const timer = setTimeout(resolve, forMs);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

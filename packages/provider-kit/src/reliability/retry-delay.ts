import type { DomainError, UpstreamFailureClass } from "@corral/core";
import { maxWaitedHintMs } from "./circuit.ts";

export type RetrySettings = {
  /** Requests for one call at most, the first one included: 1 never repeats. Default 3. */
  readonly attempts?: number;
};

export const defaultAttempts = 3;
const baseMs = 250;
const capMs = 8_000;

/** How often a request that failed so is repeated. What is absent never is. */
const repeats: Partial<Record<UpstreamFailureClass, number>> = {
  connect: 2,
  dns: 2,
  overloaded: 2,
  loading: 2,
  upstream: 2,
  rate: 1,
};

/** Whatever the endpoint says of it, the same request can end no other way. */
const final: ReadonlySet<UpstreamFailureClass> = new Set(["auth", "permission", "quota", "content_filter"]);

/** A conflict and "too early", which their class does not tell from a bad request. */
const repeatableStatuses: ReadonlySet<number> = new Set([408, 409, 425, 504]);
const deadRunner = /model runner has unexpectedly stopped|out of memory|cudaMalloc/iu;

export type FailedAttempt = {
  readonly error: DomainError;
  /** `x-should-retry` of the answer. */
  readonly shouldRetry?: boolean;
};

/**
 * How long to wait before a failed request is repeated: full jitter over 250 ms · 2ⁿ, at most 8 s, or what the endpoint
 * asks for. `undefined` when it is not repeated, e.g. because the endpoint asks for more than anyone should wait.
 *
 * @param retries How many repeats there were.
 */
export function retryDelayMs(
  { error, shouldRetry }: FailedAttempt,
  retries: number,
  random: () => number,
): number | undefined {
  if (retries >= repeatsOf(error, shouldRetry)) return undefined;
  const hintMs = error.details?.retryAfterMs;
  if (hintMs !== undefined) return hintMs > maxWaitedHintMs ? undefined : hintMs;
  return random() * Math.min(capMs, baseMs * 2 ** retries);
}

function repeatsOf({ code, details }: DomainError, shouldRetry: boolean | undefined): number {
  const kind = details?.upstreamClass;
  if (code === "request_cancelled" || kind === undefined || final.has(kind) || shouldRetry === false)
    return 0;
  if (kind === "timeout" && details?.timeoutPhase !== undefined) {
    // Behind the other phases work may still be going on.
    return details.timeoutPhase === "connect" ? 1 : 0;
  }
  // 499: nobody waited for the answer any more.
  if (kind === "upstream" && (details?.upstreamStatus ?? 500) < 500) return 0;
  // A runner that died of a request dies of it again.
  if (kind === "upstream" && deadRunner.test(details?.upstreamMessage ?? "")) return 1;
  const byStatus = repeatableStatuses.has(details?.upstreamStatus ?? 0) ? 2 : 0;
  return Math.max(repeats[kind] ?? byStatus, shouldRetry === true ? 1 : 0);
}

import type { AppRouter } from "@corral/api";
import type { Operation, TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { CorralError, CorralErrorCode } from "./corral-error.ts";
import { toCorralError } from "./to-corral-error.ts";

/** Refused before anything was done: whoever sends it again does nothing twice. */
const refusals: ReadonlySet<CorralErrorCode> = new Set(["rate_limited", "overloaded", "catalog_behind"]);
/** May be over in a moment, for calls that change nothing. */
const passing: ReadonlySet<CorralErrorCode> = new Set(["unreachable", "upstream_rate_limited"]);
const passingStatuses: ReadonlySet<number | null> = new Set([502, 503, 504]);

const firstPauseMs = 200;
const longestPauseMs = 5_000;
/** A server that asks for more patience than that gets none: the caller decides. */
const longestWaitMs = 30_000;

/** Makes every failure a `CorralError`, and tries again where that is safe. Subscriptions reconnect by themselves. */
export function retryLink(retries: number): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        let running: { unsubscribe(): void } | undefined;
        const attempt = (number: number): void => {
          running = next(op).subscribe({
            next: (value) => observer.next(value),
            complete: () => observer.complete(),
            error(cause) {
              const error = toCorralError(cause, op);
              const pauseMs = number > retries ? undefined : findPauseMs(op, error, number);
              if (pauseMs === undefined) observer.error(error);
              else timer = setTimeout(() => attempt(number + 1), pauseMs);
            },
          });
        };
        const onAbort = (): void => {
          clearTimeout(timer);
          observer.error(toCorralError(op.signal?.reason, op));
        };
        op.signal?.addEventListener("abort", onAbort, { once: true });
        attempt(1);
        return () => {
          op.signal?.removeEventListener("abort", onAbort);
          clearTimeout(timer);
          running?.unsubscribe();
        };
      });
}

/** `undefined`: not again. */
function findPauseMs(
  op: Pick<Operation, "type" | "input" | "context">,
  error: CorralError,
  attempt: number,
): number | undefined {
  if (op.type === "subscription" || !mayRepeat(op, error)) return undefined;
  const backoffMs = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt) * (0.5 + Math.random() / 2);
  if (error.retryAfterMs === null) return backoffMs;
  if (error.retryAfterMs > longestWaitMs) return undefined;
  // not all at the same moment
  return error.retryAfterMs + Math.random() * firstPauseMs;
}

function mayRepeat(
  { type, input, context }: Pick<Operation, "type" | "input" | "context">,
  { code, status }: CorralError,
): boolean {
  if (refusals.has(code)) return true;
  const isHarmless = type === "query" || context["idempotent"] === true || bearsRevision(input);
  return isHarmless && code !== "aborted" && (passing.has(code) || passingStatuses.has(status));
}

/** Such a write is done once at most: the second one meets a newer revision. */
function bearsRevision(input: unknown): boolean {
  return (
    typeof input === "object" && input !== null && "revision" in input && typeof input.revision === "number"
  );
}

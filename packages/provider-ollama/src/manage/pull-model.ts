import { isDomainError, type OllamaProgress, type UpstreamFailureClass } from "@corral/core";
import { pause, type UpstreamEndpoint } from "@corral/provider-kit";
import { readTransfer, type TransferRequest } from "./read-transfer.ts";
import { TransferTotal } from "./transfer-total.ts";

export type PullAttempts = {
  /** How often a pull that stalled or broke is started again. */
  readonly restarts: number;
  /** Before the first restart; doubled for each further one, at most 30 s. */
  readonly restartDelayMs: number;
  readonly onRestart?: (() => void) | undefined;
};

const maxDelayMs = 30_000;

/** Downloads a model. What stalls or breaks once it has begun is started again: the server resumes. */
export async function* pullModel(
  endpoint: UpstreamEndpoint,
  request: Omit<TransferRequest, "path" | "total">,
  { restarts, restartDelayMs, onRestart }: PullAttempts,
): AsyncGenerator<OllamaProgress, void> {
  const total = new TransferTotal();
  let hasBegun = false;
  for (let restart = 0; ; restart += 1) {
    try {
      for await (const progress of readTransfer(endpoint, { ...request, path: "/api/pull", total })) {
        hasBegun = true;
        yield progress;
      }
      return;
    } catch (error) {
      if (!hasBegun || restart >= restarts || !isPassing(error)) throw error;
    }
    onRestart?.();
    await pause(Math.min(maxDelayMs, restartDelayMs * 2 ** restart), request.signal);
  }
}

const passing: ReadonlySet<UpstreamFailureClass> = new Set([
  "timeout",
  "truncated",
  "connect",
  "dns",
  "overloaded",
]);

/** What the server says when its own attempts were in vain; a new pull goes on where they ended. */
const resumable = /max retries exceeded|must be downloaded again|unexpected EOF|connection reset/iu;

function isPassing(error: unknown): boolean {
  const { upstreamClass, upstreamMessage = "" } = (isDomainError(error) ? error.details : undefined) ?? {};
  if (upstreamClass === undefined) return false;
  return passing.has(upstreamClass) || (upstreamClass === "upstream" && resumable.test(upstreamMessage));
}

import type { ErrorCode } from "../error/error-codes.ts";

export const circuitStates = ["closed", "open", "half_open", "misconfigured", "cooling"] as const;

/** How much an endpoint, or one of its models, is trusted after the last calls. */
export type CircuitState = {
  /** The endpoint's own id of the model; `null` is the endpoint as a whole. */
  readonly model: string | null;
  /**
   * `open`: calls fail at once; `half_open`: one call at a time is let through to see; `misconfigured`: as open, but
   * because the credential was refused; `cooling`: the endpoint said when to come back.
   */
  readonly state: (typeof circuitStates)[number];
  /** ISO 8601. */
  readonly since: string;
  /** When the next call is let through; `null` when one would be now. */
  readonly retryAfterMs: number | null;
  /** Of the last failure; `null` when there was none lately. */
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
  readonly consecutiveFailures: number;
};

import type { ApiErrorData, AppRouter } from "@corral/api";
import { TRPCClientError } from "@trpc/client";

/**
 * Corral's own codes (see the list of errors in its documentation), and three that only a client can know:
 * `unreachable` (no answer came), `invalid_answer` (something between answered, or cut the answer off) and `aborted`
 * (the caller's signal).
 */
export type CorralErrorCode = ApiErrorData["errorCode"] | "unreachable" | "invalid_answer" | "aborted";

type Details = Pick<ApiErrorData, "issues" | "dependants" | "current" | "retryAfterMs">;

/** Every failure of a call. */
export class CorralError extends TRPCClientError<AppRouter> {
  /** The one to switch on. */
  readonly code: CorralErrorCode;
  /** Of HTTP; `null` when no answer came. */
  readonly status: number | null;
  /** What to do about it, in a sentence. */
  readonly remedy: string;
  /** By which the server's log names the call; `null` when no answer came. */
  readonly requestId: string | null;
  /** Of the procedure, e.g. `models.update`. */
  readonly path: string;
  /** Which fields of the input are wrong. */
  readonly issues: NonNullable<Details["issues"]>;
  /** The object as it is now, where somebody else was faster. */
  readonly current: Details["current"];
  /** What stands in the way of a deletion. */
  readonly dependants: Details["dependants"];
  /** How long to wait before another attempt, if the server said so. */
  readonly retryAfterMs: number | null;

  constructor(
    code: CorralErrorCode,
    message: string,
    facts: {
      readonly path: string;
      readonly status: number | null;
      readonly remedy: string;
      readonly requestId: string | null;
      readonly details?: Details;
      readonly origin?: TRPCClientError<AppRouter>;
    },
  ) {
    const { origin, details } = facts;
    super(message, {
      ...(origin?.cause instanceof Error && { cause: origin.cause }),
      ...(origin?.shape && { result: { error: origin.shape } }),
    });
    // the class above sets its own
    Object.setPrototypeOf(this, CorralError.prototype);
    this.name = "CorralError";
    this.code = code;
    this.status = facts.status;
    this.remedy = facts.remedy;
    this.requestId = facts.requestId;
    this.path = facts.path;
    this.issues = details?.issues ?? [];
    this.current = details?.current;
    this.dependants = details?.dependants;
    this.retryAfterMs = details?.retryAfterMs ?? null;
  }
}

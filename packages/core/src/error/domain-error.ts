import { errorCodes, type ErrorCode } from "./error-codes.ts";
import type { UpstreamFailureClass } from "./upstream-failure-class.ts";

/** One thing that is wrong with an input, with the way to it. */
export type ErrorIssue = { readonly path: readonly (string | number)[]; readonly message: string };

/** Facts beside the message. Never headers, never keys, never an upstream body. */
export type ErrorDetails = {
  readonly issues?: readonly ErrorIssue[];
  readonly retryAfterMs?: number;
  readonly connectionUid?: string;
  /** The current state of an object, e.g. the record that won a revision conflict. */
  readonly current?: unknown;
  readonly dependants?: { readonly named: readonly string[]; readonly hidden: number };
  /** Which clock ran out: `connect`, `first_byte`, `idle`, `total`. */
  readonly timeoutPhase?: "connect" | "first_byte" | "idle" | "total";
  /** The provider's own text, redacted. Shown to administrators only. */
  readonly upstreamMessage?: string;
  /** What kind of failure it was at the provider; finer than the code, for retries, circuit and checks. */
  readonly upstreamClass?: UpstreamFailureClass;
  /** HTTP status that the provider answered. */
  readonly upstreamStatus?: number;
  /** What the provider calls the request. For logs, and for its support. */
  readonly upstreamRequestId?: string;
  /** Requests that were sent before the call was given up; absent when it was one. */
  readonly attempts?: number;
  readonly param?: string;
  /** Where the provider's account can be connected. Shown to administrators only. */
  readonly signinUrl?: string;
};

const marker = Symbol.for("corral.DomainError");

/**
 * Every failure that Corral means to answer with. Anything else that is thrown becomes `internal`.
 *
 * The global-symbol marker keeps {@link isDomainError} true when two copies of this package are installed.
 */
export class DomainError extends Error {
  readonly [marker] = true;
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(code: ErrorCode, message?: string, options?: { details?: ErrorDetails; cause?: unknown }) {
    super(
      message ?? errorCodes[code].meaning,
      options?.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = "DomainError";
    this.code = code;
    this.details = options?.details;
  }
}

/** Whether a thrown value is a {@link DomainError}, of this or another copy of the package. */
export function isDomainError(value: unknown): value is DomainError {
  return typeof value === "object" && value !== null && marker in value;
}

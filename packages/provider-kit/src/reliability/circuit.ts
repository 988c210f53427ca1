import { DomainError, errorCodes, type CircuitState } from "@corral/core";
import { judgeFailure } from "./judge-failure.ts";
import { SlidingCounts } from "./sliding-counts.ts";

const windowMs = 30_000;
const minSamples = 5;
const maxFailedShare = 0.5;
const maxConnectFailures = 5;
const firstPauseMs = 5_000;
const maxPauseMs = 60_000;
const successesToClose = 2;
/** A probe may wait for a model to load; others may then look for themselves. */
const probeMs = 60_000;
/** An exhausted account that does not say for how long. */
const quotaPauseMs = 60_000;

/**
 * Lets calls through while they succeed, and stops them for a while when too many fail.
 *
 * Whoever calls {@link pass} reports the end by {@link succeed}, {@link fail} or {@link release}, and says whether it was
 * a probe. Times are of a monotonic clock, in milliseconds.
 */
export class Circuit {
  readonly #random: () => number;
  readonly #counts = new SlidingCounts(windowMs);
  #state: CircuitState["state"] = "closed";
  #since = Date.now();
  #until = 0;
  #pauseMs = firstPauseMs;
  #probeUntil = 0;
  #successes = 0;
  #connectFailures = 0;
  #failures = 0;
  #last: DomainError | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Until a call may pass; 0 is now. */
  waitMs(now: number): number {
    if (this.#state === "closed") return 0;
    return Math.max(0, (this.#state === "half_open" ? this.#probeUntil : this.#until) - now);
  }

  /** A call that need not wait goes through. True when it is the probe that decides. */
  pass(now: number): boolean {
    if (this.#state === "closed") return false;
    if (this.#state === "cooling") {
      this.#close();
      return false;
    }
    if (this.#state !== "half_open") this.#move("half_open");
    this.#probeUntil = now + probeMs;
    return true;
  }

  succeed(now: number, isProbe: boolean): void {
    if (this.#state === "closed") {
      this.#counts.good(now);
      this.#connectFailures = 0;
      this.#failures = 0;
    } else if (isProbe && this.#state !== "cooling") {
      this.#probeUntil = 0;
      if (this.#state !== "half_open") this.#move("half_open");
      this.#successes += 1;
      if (this.#successes >= successesToClose) this.#close();
    }
  }

  fail(now: number, error: DomainError, isProbe: boolean): void {
    const verdict = judgeFailure(error);
    if (verdict === "nothing" || verdict === "rate" || verdict === "quota") {
      this.#connectFailures = 0;
      this.release(isProbe);
      if (verdict !== "nothing") this.#cool(now, error);
      return;
    }
    this.#last = error;
    this.#failures += 1;
    if (verdict === "auth") {
      if (this.#state === "closed" || isProbe) this.#open(now, "misconfigured");
    } else if (this.#state === "closed") {
      this.#counts.bad(now);
      this.#connectFailures = verdict === "connect" ? this.#connectFailures + 1 : 0;
      if (this.#connectFailures >= maxConnectFailures || this.#failsTooOften(now)) this.#open(now, "open");
    } else if (isProbe && this.#state !== "cooling") this.#open(now, "open");
  }

  /** A call ended in a way that says nothing, e.g. because the caller left. */
  release(isProbe: boolean): void {
    if (isProbe) this.#probeUntil = 0;
  }

  /** The error of a call that may not pass. */
  refusal(now: number): DomainError {
    const retryAfterMs = Math.max(1, Math.ceil(this.waitMs(now)));
    const isNamed = this.#state === "misconfigured" || this.#state === "cooling";
    const { code, message = "", details } = this.#last ?? {};
    if (isNamed && code !== undefined) {
      return new DomainError(code, message, { details: { ...details, retryAfterMs } });
    }
    return new DomainError(
      "circuit_open",
      `${errorCodes.circuit_open.meaning} The last failure: ${message}`,
      {
        details: { retryAfterMs },
      },
    );
  }

  toState(model: string | null, now: number): CircuitState {
    const waitMs = Math.ceil(this.waitMs(now));
    return {
      model,
      state: this.#state,
      since: new Date(this.#since).toISOString(),
      retryAfterMs: waitMs > 0 ? waitMs : null,
      errorCode: this.#last?.code ?? null,
      errorMessage: this.#last?.message ?? null,
      consecutiveFailures: this.#failures,
    };
  }

  #failsTooOften(now: number): boolean {
    const { good, bad } = this.#counts.totals(now);
    return good + bad >= minSamples && bad / (good + bad) >= maxFailedShare;
  }

  #open(now: number, state: "open" | "misconfigured"): void {
    // With jitter, so that circuits that opened together do not probe together.
    this.#until = now + this.#pauseMs * (0.9 + 0.2 * this.#random());
    this.#pauseMs = Math.min(2 * this.#pauseMs, maxPauseMs);
    this.#move(state);
  }

  /** Only a pause that is too long to be waited for; a shorter one is the retry's. */
  #cool(now: number, error: DomainError): void {
    const isQuota = error.code === "insufficient_quota";
    const pauseMs = error.details?.retryAfterMs ?? (isQuota ? quotaPauseMs : 0);
    if (pauseMs <= maxWaitedHintMs && !isQuota) return;
    if (this.#state !== "closed" && this.#state !== "half_open") return;
    this.#last = error;
    this.#until = now + pauseMs;
    this.#move("cooling");
  }

  #close(): void {
    this.#pauseMs = firstPauseMs;
    this.#connectFailures = 0;
    this.#failures = 0;
    this.#last = undefined;
    this.#counts.clear();
    this.#move("closed");
  }

  #move(state: CircuitState["state"]): void {
    if (this.#state !== state) this.#since = Date.now();
    this.#state = state;
    this.#successes = 0;
    this.#probeUntil = 0;
  }
}

/** Longer than this nobody is made to wait for an upstream's "come back in …". */
export const maxWaitedHintMs = 10_000;

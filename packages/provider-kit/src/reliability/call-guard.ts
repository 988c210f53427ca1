import { DomainError, isDomainError, type CircuitState } from "@corral/core";
import { CallPlaces } from "./call-places.ts";
import { CircuitBoard } from "./circuit-board.ts";
import { pause } from "./pause.ts";
import { RetryBudget } from "./retry-budget.ts";
import { defaultAttempts, retryDelayMs, type FailedAttempt, type RetrySettings } from "./retry-delay.ts";

export type CallGuardSettings = {
  readonly retries?: RetrySettings | undefined;
  /** Calls at the same time; twice as many may wait. Default: no limit. */
  readonly concurrency?: number | undefined;
  /** For jitter, in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
};

export type GuardedCall = {
  /** Whose circuit it is beside the endpoint's. */
  readonly model: string | undefined;
  /**
   * A `call` waits for a place and for the circuit. A `probe`, such as a list, does not: it shows whether an endpoint is
   * back. What stands `apart`, such as a pull, says more of some third party than of the endpoint.
   */
  readonly role: "call" | "probe" | "apart";
  readonly mayRepeat: boolean;
  readonly failFast: boolean;
  /** Repeats do not begin after it. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
};

/** A failed request; `isStale`: it died with a socket that had been waiting, before a byte of the answer came. */
export type FailedSend = FailedAttempt & { readonly isStale?: boolean };

/** An answer whose end is told to the guard. */
export type GuardedAnswer = { onEnd: ((outcome: "read" | "left" | DomainError) => void) | undefined };

/**
 * What stands between callers and one endpoint: a bounded number of calls at a time, circuits that stop calls to what is
 * broken, and repeats of what is worth repeating, before the first byte of an answer and within a budget.
 */
export class CallGuard {
  readonly #attempts: number;
  readonly #random: () => number;
  readonly #places: CallPlaces | undefined;
  readonly #circuits: CircuitBoard;
  readonly #budget = new RetryBudget();

  constructor({ retries, concurrency, random }: CallGuardSettings) {
    this.#attempts = retries?.attempts ?? defaultAttempts;
    this.#random = random ?? Math.random;
    this.#places = concurrency === undefined ? undefined : new CallPlaces(concurrency);
    this.#circuits = new CircuitBoard(this.#random);
  }

  circuits(): readonly CircuitState[] {
    return this.#circuits.states(performance.now());
  }

  /**
   * Sends, and sends again where that makes sense.
   *
   * @param send Sends once; told how long the call has taken so far. Gives the failure instead of throwing it.
   * @throws DomainError the last failure, with the number of attempts when there were several; or `circuit_open`.
   */
  async run<Answer extends GuardedAnswer>(
    call: GuardedCall,
    send: (spentMs: number) => Promise<Answer | FailedSend>,
  ): Promise<Answer> {
    const startedAt = performance.now();
    if (call.role === "call") {
      this.#assertMayPass(call, startedAt);
      if (this.#places?.tryEnter() === false) await this.#queue(call, this.#places);
    }
    this.#budget.call(startedAt);
    let isStaleAllowed = call.mayRepeat;
    try {
      for (let attempts = 1; ;) {
        const sentAt = performance.now();
        const isProbe = call.role === "call" && this.#circuits.pass(call.model, sentAt);
        const outcome = await send(sentAt - startedAt);
        if (!("error" in outcome)) {
          this.#watch(outcome, call, isProbe);
          return outcome;
        }
        if (outcome.isStale === true && isStaleAllowed) {
          isStaleAllowed = false;
          this.#circuits.release(call.model, isProbe);
          continue;
        }
        if (call.role !== "apart") {
          this.#circuits.fail({ model: call.model, isProbe }, performance.now(), outcome.error);
        }
        const delayMs = isProbe ? undefined : this.#delayBefore({ call, startedAt, attempts }, outcome);
        if (delayMs === undefined) throw withAttempts(outcome.error, attempts);
        await pause(delayMs, call.signal);
        // What opened meanwhile says less than why this call failed.
        if (this.#isRefused(call)) throw withAttempts(outcome.error, attempts);
        attempts += 1;
      }
    } catch (error) {
      if (call.role === "call") this.#places?.leave();
      throw error;
    }
  }

  async #queue(call: GuardedCall, places: CallPlaces): Promise<void> {
    await places.enter(call.signal);
    try {
      // Waiting takes time.
      this.#assertMayPass(call, performance.now());
    } catch (error) {
      places.leave();
      throw error;
    }
  }

  #delayBefore(
    {
      call,
      startedAt,
      attempts,
    }: { readonly call: GuardedCall; readonly startedAt: number; readonly attempts: number },
    failure: FailedSend,
  ): number | undefined {
    if (!call.mayRepeat || call.failFast || attempts >= this.#attempts) return undefined;
    const now = performance.now();
    const delayMs = retryDelayMs(failure, attempts - 1, this.#random);
    if (delayMs === undefined || now + delayMs - startedAt >= call.deadlineMs) return undefined;
    return !this.#isRefused(call) && this.#budget.take(now) ? delayMs : undefined;
  }

  /** An answer has begun: a probe has succeeded, everything else is judged at its end. */
  #watch(answer: GuardedAnswer, { model, role }: GuardedCall, isProbe: boolean): void {
    if (role === "apart") return;
    if (isProbe) this.#circuits.succeed(model, performance.now(), true);
    // Not assigned as it is made: V8 would keep it, and with it the whole call, until it next collects old objects.
    const onEnd: GuardedAnswer["onEnd"] = (outcome) => {
      answer.onEnd = undefined;
      if (role === "call") this.#places?.leave();
      if (outcome === "left" || (outcome === "read" && isProbe)) return;
      const now = performance.now();
      if (outcome === "read") this.#circuits.succeed(model, now, role === "probe");
      else this.#circuits.fail({ model, isProbe }, now, outcome);
    };
    answer.onEnd = onEnd;
  }

  #isRefused({ model, role }: GuardedCall): boolean {
    return role === "call" && this.#circuits.findRefusal(model, performance.now()) !== undefined;
  }

  #assertMayPass({ model }: GuardedCall, now: number): void {
    const refusal = this.#circuits.findRefusal(model, now);
    if (refusal !== undefined) throw refusal;
  }
}

function withAttempts(error: DomainError, attempts: number): DomainError {
  if (attempts === 1 || !isDomainError(error)) return error;
  return new DomainError(error.code, error.message, {
    details: { ...error.details, attempts },
    cause: error.cause,
  });
}

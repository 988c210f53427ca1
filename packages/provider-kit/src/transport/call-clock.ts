import { DomainError } from "@corral/core";

/** How long each phase of a call may last, in milliseconds. Absent: no limit. */
export type Deadlines = {
  /** From the start until the first byte of the body. */
  readonly firstByteMs?: number | undefined;
  /** Between two reads that brought something. */
  readonly idleMs?: number | undefined;
  /** From the start to the end. */
  readonly totalMs?: number | undefined;
};

type Phase = "first_byte" | "idle" | "total";

/**
 * Aborts a call whose phase lasts too long. Time that the consumer takes between reads does not count as idle.
 *
 * One timer serves the whole call and is only moved when it would fire too late, so a read costs no timer.
 */
export class CallClock {
  readonly #controller = new AbortController();
  readonly #deadlines: Deadlines;
  readonly #outer: AbortSignal;
  readonly #totalAt: number;
  #phase: Phase = "first_byte";
  #phaseAt = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #isOver = false;

  /** `spentMs`: how much of the deadlines is over already, e.g. by an earlier attempt. */
  constructor(deadlines: Deadlines, outer: AbortSignal, spentMs = 0) {
    const now = performance.now() - spentMs;
    this.#deadlines = deadlines;
    this.#outer = outer;
    this.#totalAt = now + (deadlines.totalMs ?? Infinity);
    this.#phaseAt = now + (deadlines.firstByteMs ?? Infinity);
    outer.addEventListener("abort", this.cancel);
    if (outer.aborted) this.cancel();
    else this.#arm();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws what the call was ended with. Asked for each read, and cheaper than its signal. */
  assertWanted(): void {
    if (this.#isOver) throw this.signal.reason;
  }

  /** A part of the request's body goes out, so the wait for an answer begins anew. */
  sending(): void {
    if (this.#phase !== "first_byte") return;
    this.#phaseAt = performance.now() + (this.#deadlines.firstByteMs ?? Infinity);
  }

  /** The consumer waits for bytes. */
  waiting(): void {
    if (this.#phase === "first_byte") return;
    this.#phaseAt = performance.now() + (this.#deadlines.idleMs ?? Infinity);
    this.#arm();
  }

  /** Bytes came. */
  received(): void {
    this.#phase = "idle";
    this.#phaseAt = Infinity;
  }

  /** The call has ended: frees the timer and the listener. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.cancel);
  }

  /** Ends the upstream request. */
  cancel = (): void => {
    this.#end(new DomainError("request_cancelled"));
  };

  #end(reason: DomainError): void {
    this.stop();
    this.#isOver = true;
    this.#controller.abort(reason);
  }

  #arm(): void {
    const at = Math.min(this.#phaseAt, this.#totalAt);
    if (at === Infinity || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    // setTimeout counts in 32 bits; longer waits are re-armed when it fires.
    this.#timer = setTimeout(this.#onTimer, Math.min(Math.max(0, at - performance.now()), 2 ** 31 - 1));
  }

  #onTimer = (): void => {
    this.#timerAt = Infinity;
    const now = performance.now();
    // Timers may fire up to a millisecond early.
    if (now + 1 >= this.#totalAt) this.#expire("total", this.#deadlines.totalMs);
    else if (now + 1 >= this.#phaseAt) {
      this.#expire(
        this.#phase,
        this.#phase === "idle" ? this.#deadlines.idleMs : this.#deadlines.firstByteMs,
      );
    } else this.#arm();
  };

  #expire(phase: Phase, limitMs: number | undefined): void {
    this.#end(
      new DomainError("upstream_timeout", timeoutMessage(phase, limitMs ?? 0), {
        details: { timeoutPhase: phase, upstreamClass: "timeout" },
      }),
    );
  }
}

function timeoutMessage(phase: Phase, limitMs: number): string {
  const limit = limitMs >= 1000 ? `${Math.round(limitMs / 1000)} s` : `${limitMs} ms`;
  const messages: Record<Phase, string> = {
    first_byte: `The provider sent nothing for ${limit}.`,
    idle: `The provider fell silent for ${limit} in the middle of its answer.`,
    total: `The provider's answer took longer than ${limit}.`,
  };
  return messages[phase];
}

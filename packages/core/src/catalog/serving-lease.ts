import { limits } from "../limits.ts";
import type { CatalogRevision } from "./catalog-state.ts";
import { pause, withDeadline } from "./deadline.ts";
import type { ProcessLeases } from "./process-leases.ts";
import { SingleFlight } from "./single-flight.ts";

type Ports = {
  /** `undefined`: there can be no other process, and the lease is only how long the database may be silent. */
  readonly processes: ProcessLeases | undefined;
  /** What this process shows now. */
  readonly revision: () => CatalogRevision;
  /** Reads what is new, beginning now. */
  readonly readAgain: () => void;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
};

/** In milliseconds of a clock that nobody sets, and of the one that also runs while the machine sleeps. */
type Moment = { readonly monotonicMs: number; readonly wallMs: number };

const never: Moment = { monotonicMs: Number.NEGATIVE_INFINITY, wallMs: Number.NEGATIVE_INFINITY };
const renewEveryMs = 900;
const leaveMs = 1_000;

/**
 * The right of this process to serve. It ends five seconds after its last renewal was *sent*, so never later than in the
 * database, where other processes look how long they have to wait for this one.
 */
export class ServingLease {
  readonly #ports: Ports;
  readonly #renewals = new SingleFlight(() => this.#renew());
  #validUntil = never;
  /** The renewal that came after the lease had run out, and is not proven by a read yet. */
  #entered: { readonly at: Moment; readonly until: Moment } | undefined;
  #renewed = { at: never, change: -1, isAlone: false };

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  isValid(): boolean {
    return isFuture(this.#validUntil);
  }

  /** To be told of every successful read of the catalog, and when it began. */
  noteRead(startedAt: Moment): void {
    if (this.#ports.processes === undefined) {
      this.#validUntil = after(startedAt, limits.leaseMs);
      return;
    }
    // Before it was entered nobody waited for this process; what was read since then is surely not outdated.
    if (this.#entered !== undefined && startedAt.monotonicMs >= this.#entered.at.monotonicMs) {
      this.#validUntil = this.#entered.until;
      this.#entered = undefined;
    }
    if (this.#isDue()) void this.#renewals.run();
  }

  /** @returns `true` as soon as no other process can still serve what was before `change`; `false` at the deadline. */
  async outlast(change: number, deadline: number): Promise<boolean> {
    const { processes, signal, onError } = this.#ports;
    if (processes === undefined) return true;
    for (let retryMs = 4; !signal.aborted; retryMs = Math.min(50, 2 * retryMs)) {
      const timeoutMs = deadline - Date.now();
      if (timeoutMs <= 0) return false;
      try {
        const waitMs = await withDeadline(processes.outdatedForMs(change), { timeoutMs, signal });
        if (waitMs === 0) return true;
        await pause(Math.min(waitMs, retryMs), signal);
      } catch (error) {
        onError(error);
        await pause(retryMs, signal);
      }
    }
    return false;
  }

  /** Gives it up, once what is under way has ended. */
  async end(): Promise<void> {
    this.#validUntil = never;
    await this.#renewals.idle();
    const { processes, onError } = this.#ports;
    if (processes === undefined) return;
    await withDeadline(processes.leave(), { timeoutMs: leaveMs }).catch(onError);
  }

  /** While nobody else waits for it, a confirmation each second will do. */
  #isDue(): boolean {
    const { at, change, isAlone } = this.#renewed;
    if (!isFuture(after(at, renewEveryMs))) return true;
    return !isAlone && change !== this.#ports.revision().change;
  }

  async #renew(): Promise<void> {
    const { processes, revision, readAgain, signal, onError } = this.#ports;
    if (processes === undefined || signal.aborted) return;
    const sentAt = now();
    const shown = revision();
    try {
      const { isAlone } = await withDeadline(processes.renew(shown), { timeoutMs: limits.leaseMs, signal });
      this.#renewed = { at: sentAt, change: shown.change, isAlone };
      const until = after(sentAt, limits.leaseMs);
      if (this.isValid()) {
        this.#validUntil = until;
      } else {
        this.#entered = { at: now(), until };
        readAgain();
      }
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
  }
}

export function now(): Moment {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

function after({ monotonicMs, wallMs }: Moment, ms: number): Moment {
  return { monotonicMs: monotonicMs + ms, wallMs: wallMs + ms };
}

/** Whichever clock comes first ends it: one stands still while the machine sleeps, the other may be set back. */
function isFuture({ monotonicMs, wallMs }: Moment): boolean {
  return performance.now() < monotonicMs && Date.now() < wallMs;
}

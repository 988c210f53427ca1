import { DomainError } from "../../error/domain-error.ts";
import { limits } from "../../limits.ts";
import type { CatalogFeed } from "../catalog-feed.ts";
import { pause } from "../deadline.ts";
import type { ProcessLeases } from "../process-leases.ts";
import type { ArrayFeed } from "./array-feed.ts";

/** How many milliseconds a message takes. */
export type Delay = (about: "read" | "lease" | "hint", way: "there" | "back") => number;

/** What lies between one process and the database. */
export type Wire = {
  delayMs: Delay;
  /** Messages of a cut wire get lost, in both directions. */
  isCut: boolean;
  /** Notifications get lost; the poll goes on. */
  isDeaf: boolean;
};

/** A database in memory that several processes share over wires of their own: its states and its table of leases. */
export class SimulatedDatabase {
  readonly states: ArrayFeed;
  readonly #leases = new Map<number, { until: number; confirmed: number }>();
  readonly #hints = new Set<() => void>();

  constructor(states: ArrayFeed) {
    this.states = states;
  }

  notify(): void {
    for (const hint of this.#hints) hint();
  }

  feedOver(wire: Wire): CatalogFeed {
    return {
      load: () => over(wire, "read", () => this.states.load()),
      changesSince: (revision) => over(wire, "read", () => this.states.changesSince(revision)),
      watch: (onHint) => {
        const poll = setInterval(onHint, 1_000);
        const hint = () => {
          if (!wire.isCut && !wire.isDeaf) setTimeout(onHint, wire.delayMs("hint", "back"));
        };
        this.#hints.add(hint);
        return {
          [Symbol.asyncDispose]: async () => {
            clearInterval(poll);
            this.#hints.delete(hint);
          },
        };
      },
    };
  }

  leasesOver(wire: Wire, id: number): ProcessLeases {
    const others = () => [...this.#leases].filter(([other]) => other !== id).map(([, lease]) => lease);
    return {
      renew: ({ change }) =>
        over(wire, "lease", async () => {
          this.#leases.set(id, { until: Date.now() + limits.leaseMs, confirmed: change });
          return { isAlone: others().every(({ until }) => until <= Date.now()) };
        }),
      outdatedForMs: (change) =>
        over(wire, "lease", async () => {
          const behind = others().filter(({ confirmed }) => confirmed < change);
          return Math.max(0, ...behind.map(({ until }) => until - Date.now()));
        }),
      leave: async () => void this.#leases.delete(id),
    };
  }
}

async function over<T>(wire: Wire, about: "read" | "lease", work: () => Promise<T>): Promise<T> {
  await pass(wire, wire.delayMs(about, "there"));
  const answer = await work();
  await pass(wire, wire.delayMs(about, "back"));
  return answer;
}

async function pass(wire: Wire, delayMs: number): Promise<void> {
  await pause(delayMs);
  if (!wire.isCut) return;
  // as a connection that is given up after a while
  await pause(4_000);
  throw new DomainError("database_unavailable");
}

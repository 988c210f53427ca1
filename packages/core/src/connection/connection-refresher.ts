import { limits } from "../limits.ts";
import { ConnectionLister, listingMs, type ListedConnection, type ListerPorts } from "./connection-lister.ts";
import { ConnectionHealthBoard } from "./health-board.ts";
import type { RefreshLeases, RefreshRequest } from "./refresh-leases.ts";

/**
 * Lists every connection's models in the background, so that no request ever waits for a provider. Of several processes
 * on one database one lists a connection; the others read what came of it.
 */
export interface ConnectionRefresher extends AsyncDisposable {
  readonly board: ConnectionHealthBoard;
  /** Lists one connection now; a listing that already runs is joined. Never throws: the result is its lamp. */
  refresh(connectionUid: string): Promise<void>;
  /** As `refresh`, by a listing that begins now: one that runs already may have asked too early. */
  refreshAnew(connectionUid: string): Promise<void>;
  /** Takes models out of the catalog that were deleted there through us; by their ids at the provider. */
  noteRemoved(connectionUid: string, upstreamIds: readonly string[]): Promise<void>;
  /** As `refresh`, waiting at most so long; the listing itself goes on. */
  refreshWithin(connectionUid: string, waitMs: number): Promise<void>;
  /** Lists all, unless somebody asked a moment ago, waiting at most so long. */
  refreshAll(waitMs: number): Promise<void>;
}

export type RefresherPorts = ListerPorts & {
  readonly leases: RefreshLeases;
  /** Times between two listings of one connection. */
  readonly intervals?: {
    readonly localMs: number;
    readonly externalMs: number;
    readonly retryMs: number;
    readonly retryMaxMs: number;
    /** Between two attempts to take over from a process that is gone. */
    readonly takeOverMs: number;
  };
};

const defaultIntervals = {
  localMs: 30_000,
  externalMs: 600_000,
  retryMs: 5_000,
  retryMaxMs: 60_000,
  takeOverMs: 10_000,
};
type Track = ListedConnection & {
  revision: number;
  running: Promise<void> | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
};

/** Starts with what was stored before; the first listings run in the background and are not waited for. */
export async function startConnectionRefresher(ports: RefresherPorts): Promise<ConnectionRefresher> {
  const refresher = new Refresher(ports);
  await refresher.start();
  return refresher;
}

class Refresher implements ConnectionRefresher {
  readonly board = new ConnectionHealthBoard();
  readonly #ports: RefresherPorts;
  readonly #lister: ConnectionLister;
  readonly #tracks = new Map<string, Track>();
  #unsubscribe = () => {};
  #round: { readonly startedMs: number; readonly done: Promise<unknown> } | undefined;
  #takeOver: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(ports: RefresherPorts) {
    this.#ports = ports;
    this.#lister = new ConnectionLister(ports, this.board);
  }

  async start(): Promise<void> {
    this.#ports.leases.listen({
      onRequest: (request) => this.#answer(request),
      onHealth: (uid) => void this.#readHealth(uid).catch(this.#ports.onError),
    });
    await this.#readHealth(null);
    this.#unsubscribe = this.#ports.catalog.onChange(() => this.#follow());
    this.#follow();
    this.#scheduleTakeOver();
  }

  refresh(uid: string): Promise<void> {
    return this.#refresh(uid, false);
  }

  async refreshAnew(uid: string): Promise<void> {
    await this.#tracks.get(uid)?.running;
    await this.#refresh(uid, true);
  }

  async noteRemoved(uid: string, upstreamIds: readonly string[]): Promise<void> {
    const at = this.#ports.now().toISOString();
    await this.#lister.store((discovery) => discovery.markRemoved(uid, upstreamIds, at));
  }

  async refreshAll(waitMs: number): Promise<void> {
    const nowMs = this.#ports.now().getTime();
    if (this.#round === undefined || nowMs - this.#round.startedMs >= limits.refreshEveryMs) {
      const done = Promise.all([...this.#tracks.keys()].map((uid) => this.refresh(uid)));
      this.#round = { startedMs: nowMs, done };
    }
    await within(this.#round.done, waitMs);
  }

  refreshWithin(uid: string, waitMs: number): Promise<void> {
    return within(this.refresh(uid), waitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#takeOver);
    this.#unsubscribe();
    const running = [...this.#tracks.values()].map((track) => this.#forget(track));
    await Promise.allSettled(running);
  }

  /** Makes the tracked connections those of the catalog; a new or changed one is listed at once. */
  #follow(): void {
    const snapshot = this.#ports.catalog.current();
    for (const track of this.#tracks.values()) {
      const connection = snapshot.findConnection(track.uid);
      if (connection?.enabled === true) continue;
      void this.#forget(track);
    }
    for (const { connectionUid } of this.board.all()) {
      if (snapshot.findConnection(connectionUid) === undefined) this.board.remove(connectionUid);
    }
    for (const connection of snapshot.connections()) {
      if (!connection.enabled) {
        this.board.disable(connection.uid, this.#ports.now().toISOString());
        continue;
      }
      const track = this.#tracks.get(connection.uid) ?? this.#track(connection.uid);
      if (track.revision === connection.revision) continue;
      track.revision = connection.revision;
      void this.#refreshIfHeld(track);
    }
  }

  /** Never throws. */
  async #refresh(uid: string, anew: boolean): Promise<void> {
    const track = this.#tracks.get(uid);
    if (track === undefined) return;
    track.running ??= this.#listOrAsk(track, anew).finally(() => {
      track.running = undefined;
    });
    await track.running;
  }

  async #refreshIfHeld(track: Track): Promise<void> {
    if (await this.#holds(track)) await this.refresh(track.uid);
  }

  async #listOrAsk(track: Track, anew: boolean): Promise<void> {
    if (await this.#holds(track)) {
      clearTimeout(track.timer);
      track.timer = undefined;
      await this.#lister.list(track);
      this.#schedule(track);
      return;
    }
    try {
      const change = await this.#ports.leases.ask({ connectionUid: track.uid, anew }, listingMs);
      await this.#ports.catalog.acknowledge(change ?? null);
      await this.#readHealth(track.uid);
    } catch (error) {
      if (!track.stop.signal.aborted) this.#ports.onError(error);
    }
  }

  /** Another process wants what only this one may fetch. */
  async #answer({ connectionUid, anew }: RefreshRequest): Promise<number | null> {
    await (anew ? this.refreshAnew(connectionUid) : this.refresh(connectionUid));
    return this.#tracks.get(connectionUid)?.change ?? null;
  }

  async #holds(track: Track): Promise<boolean> {
    try {
      return !track.stop.signal.aborted && (await this.#ports.leases.tryHold(track.uid));
    } catch (error) {
      if (!this.#isStopped) this.#ports.onError(error);
      return false;
    }
  }

  /** A process that is gone holds nothing; a lease that was lost with its connection is taken again here too. */
  #scheduleTakeOver(): void {
    if (this.#isStopped) return;
    const { takeOverMs } = this.#ports.intervals ?? defaultIntervals;
    this.#takeOver = setTimeout(() => {
      for (const track of this.#tracks.values()) {
        if (track.running === undefined && track.timer === undefined) void this.#refreshIfHeld(track);
      }
      this.#scheduleTakeOver();
    }, jittered(takeOverMs));
  }

  /** What was stored, by this process before it was started or by another one since. */
  async #readHealth(uid: string | null): Promise<void> {
    const stored = await this.#ports.unitOfWork.read(({ discovery }) => discovery.listHealth());
    for (const health of stored) {
      if (uid === null || health.connectionUid === uid) this.board.restore(health);
    }
  }

  #track(uid: string): Track {
    const track: Track = {
      uid,
      described: new Map(),
      stop: new AbortController(),
      revision: 0,
      failures: 0,
      change: null,
      running: undefined,
      timer: undefined,
    };
    this.#tracks.set(uid, track);
    return track;
  }

  async #forget(track: Track): Promise<void> {
    this.#tracks.delete(track.uid);
    clearTimeout(track.timer);
    track.stop.abort();
    await track.running;
    await this.#ports.leases.release(track.uid);
  }

  #schedule(track: Track): void {
    if (this.#isStopped || track.stop.signal.aborted) return;
    track.timer = setTimeout(() => {
      track.timer = undefined;
      void this.#refreshIfHeld(track);
    }, this.#delayMs(track));
  }

  #delayMs(track: Track): number {
    const { localMs, externalMs, retryMs, retryMaxMs } = this.#ports.intervals ?? defaultIntervals;
    const isLocal = this.#ports.catalog.current().findConnection(track.uid)?.connectionType === "local";
    const base =
      track.failures > 0
        ? Math.min(retryMs * 2 ** (track.failures - 1), retryMaxMs)
        : isLocal
          ? localMs
          : externalMs;
    return jittered(base);
  }
}

/** So that connections and processes do not fall into step. */
function jittered(timeMs: number): number {
  return timeMs * (0.8 + 0.4 * Math.random());
}

/** Waits, but not longer than this; the work goes on. */
async function within(work: Promise<unknown>, waitMs: number): Promise<void> {
  const { promise: timeUp, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, waitMs);
  await Promise.race([work, timeUp]);
  clearTimeout(timer);
}

import type { Catalog } from "../catalog/catalog.ts";
import type { DiscoveryRepository } from "../catalog/discovery-repository.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError, isDomainError } from "../error/domain-error.ts";
import type { ProviderRegistry } from "../provider/provider-registry.ts";
import { discoverModels, type DescribedFacts } from "./discover-models.ts";
import { ConnectionHealthBoard } from "./health-board.ts";

/** Lists every connection's models in the background, so that no request ever waits for a provider. */
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
  /** Lists all, waiting at most so long. */
  refreshAll(waitMs: number): Promise<void>;
}

export type RefresherPorts = {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
  readonly registry: Pick<ProviderRegistry, "get">;
  readonly now: () => Date;
  /** Called with failures of ours, e.g. of the database; the next round tries again. */
  readonly onError: (error: unknown) => void;
  /** Times between two listings of one connection. */
  readonly intervals?: {
    readonly localMs: number;
    readonly externalMs: number;
    readonly retryMs: number;
    readonly retryMaxMs: number;
  };
};

const defaultIntervals = { localMs: 30_000, externalMs: 600_000, retryMs: 5_000, retryMaxMs: 60_000 };
/** A whole listing with its descriptions may take so long, whatever the provider's own deadlines. */
const listingMs = 60_000;

type Track = {
  readonly uid: string;
  readonly described: DescribedFacts;
  readonly stop: AbortController;
  revision: number;
  failures: number;
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
  readonly #tracks = new Map<string, Track>();
  #unsubscribe = () => {};
  #isStopped = false;

  constructor(ports: RefresherPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const stored = await this.#ports.unitOfWork.read(({ discovery }) => discovery.listHealth());
    for (const health of stored) this.board.restore(health);
    this.#unsubscribe = this.#ports.catalog.onChange(() => this.#follow());
    this.#follow();
  }

  async refresh(uid: string): Promise<void> {
    const track = this.#tracks.get(uid);
    if (track === undefined) return;
    track.running ??= this.#list(track).finally(() => {
      track.running = undefined;
      this.#schedule(track);
    });
    await track.running;
  }

  async refreshAnew(uid: string): Promise<void> {
    await this.#tracks.get(uid)?.running;
    await this.refresh(uid);
  }

  async noteRemoved(uid: string, upstreamIds: readonly string[]): Promise<void> {
    const at = this.#ports.now().toISOString();
    await this.#store((discovery) => discovery.markRemoved(uid, upstreamIds, at));
  }

  async refreshAll(waitMs: number): Promise<void> {
    await Promise.all([...this.#tracks.keys()].map((uid) => this.refreshWithin(uid, waitMs)));
  }

  async refreshWithin(uid: string, waitMs: number): Promise<void> {
    const { promise: timeUp, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    await Promise.race([this.refresh(uid), timeUp]);
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
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
      if (connection === undefined) this.board.remove(track.uid);
    }
    for (const connection of snapshot.connections()) {
      if (!connection.enabled) {
        this.board.disable(connection.uid, this.#ports.now().toISOString());
        continue;
      }
      const track = this.#tracks.get(connection.uid) ?? this.#track(connection.uid);
      if (track.revision === connection.revision) continue;
      track.revision = connection.revision;
      void this.refresh(connection.uid);
    }
  }

  #track(uid: string): Track {
    const track: Track = {
      uid,
      described: new Map(),
      stop: new AbortController(),
      revision: 0,
      failures: 0,
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
  }

  async #list(track: Track): Promise<void> {
    clearTimeout(track.timer);
    const signal = AbortSignal.any([track.stop.signal, AbortSignal.timeout(listingMs)]);
    try {
      const { connection, provider } = await this.#ports.registry.get(track.uid);
      const started = performance.now();
      const models = await discoverModels({ connection, provider, described: track.described }, signal);
      const latencyMs = Math.round(performance.now() - started);
      const at = this.#ports.now().toISOString();
      await this.#store(async (discovery) => discovery.applyListing(track.uid, models, at));
      track.failures = 0;
      this.board.succeed(track.uid, { at, latencyMs, modelCount: models.length });
    } catch (error) {
      if (track.stop.signal.aborted) return;
      track.failures += 1;
      this.#fail(track, error);
    }
    await this.#saveHealth(track.uid);
  }

  #fail(track: Track, error: unknown): void {
    const isOurs = !isDomainError(error) && !(error instanceof DOMException);
    if (isOurs || (isDomainError(error) && error.code === "database_unavailable")) {
      this.#ports.onError(error);
      return;
    }
    const failure = isDomainError(error)
      ? error
      : new DomainError("upstream_timeout", "Listing the models took too long.");
    this.board.fail(track.uid, this.#ports.now().toISOString(), failure);
  }

  async #saveHealth(uid: string): Promise<void> {
    const stored = this.board.toStored(uid);
    if (stored === undefined) return;
    await this.#store(async (discovery) => discovery.saveHealth(stored)).catch(this.#ports.onError);
  }

  async #store(work: (discovery: DiscoveryRepository) => Promise<void>): Promise<void> {
    const author = { actorId: null, action: "connections.refresh" };
    const { change } = await this.#ports.unitOfWork.write(author, ({ discovery }) => work(discovery));
    await this.#ports.catalog.acknowledge(change);
  }

  #schedule(track: Track): void {
    if (this.#isStopped || track.stop.signal.aborted) return;
    track.timer = setTimeout(() => void this.refresh(track.uid), this.#delayMs(track));
  }

  /** With jitter, so that connections do not fall into step. */
  #delayMs(track: Track): number {
    const { localMs, externalMs, retryMs, retryMaxMs } = this.#ports.intervals ?? defaultIntervals;
    const isLocal = this.#ports.catalog.current().findConnection(track.uid)?.connectionType === "local";
    const base =
      track.failures > 0
        ? Math.min(retryMs * 2 ** (track.failures - 1), retryMaxMs)
        : isLocal
          ? localMs
          : externalMs;
    return base * (0.8 + 0.4 * Math.random());
  }
}

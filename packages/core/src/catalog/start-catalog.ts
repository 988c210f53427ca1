import { DomainError } from "../error/domain-error.ts";
import { limits } from "../limits.ts";
import { applyCatalogChanges } from "./apply-changes.ts";
import type { CatalogFeed } from "./catalog-feed.ts";
import type { CatalogSnapshot } from "./catalog-snapshot.ts";
import type { CatalogChanges, CatalogRevision, CatalogState } from "./catalog-state.ts";
import type { Catalog } from "./catalog.ts";
import { createCatalogSnapshot } from "./create-snapshot.ts";
import { pause, withDeadline } from "./deadline.ts";
import { changedKeys, compareStates } from "./find-drift.ts";
import { contentsOf } from "./memory-snapshot.ts";
import type { ProcessLeases } from "./process-leases.ts";
import { parseRevisionText } from "./revision-text.ts";
import { now, ServingLease } from "./serving-lease.ts";
import { SingleFlight } from "./single-flight.ts";
import { toCatalogState } from "./to-catalog-state.ts";

export type CatalogOptions = {
  /** Told about every failure of the feed, of a listener, and of the self-check. Nothing of it stops the catalog. */
  readonly onError?: (error: unknown) => void;
  /** How often the catalog compares itself with a fresh read of everything. */
  readonly rebuildEveryMs?: number;
  /** The other processes on the same database; absent: there can be none. */
  readonly processes?: ProcessLeases;
  /** Gives up waiting for the first copy. */
  readonly signal?: AbortSignal;
};

type Listener = (changes: CatalogChanges | "reload") => void;

const acknowledgeTimeoutMs = limits.leaseMs + 2_000;
const changesTimeoutMs = 5_000;
const loadTimeoutMs = 60_000;
const firstRetryMs = 100;
const lastRetryMs = 5_000;

/** Loads the catalog and follows its feed. Waits for the first copy and for the lease, however often the feed fails. */
export async function startCatalog(feed: CatalogFeed, options: CatalogOptions = {}): Promise<Catalog> {
  const { rebuildEveryMs = 10 * 60_000, processes, signal } = options;
  const onError = (error: unknown): void => {
    try {
      options.onError?.(error);
    } catch {
      // A log that fails must not end the catalog.
    }
  };
  for (let retryMs = firstRetryMs; ; retryMs = Math.min(lastRetryMs, 2 * retryMs)) {
    if (signal?.aborted === true) throw new DomainError("shutting_down");
    try {
      const startedAt = now();
      const state = await withDeadline(feed.load(), { timeoutMs: loadTimeoutMs, signal });
      const snapshot = createCatalogSnapshot(state);
      const catalog = new FollowingCatalog(feed, snapshot, { onError, rebuildEveryMs, processes });
      catalog.follow(startedAt);
      await catalog.untilServing(signal);
      return catalog;
    } catch (error) {
      onError(error);
      await pause(retryMs, signal);
    }
  }
}

type FollowOptions = Required<Omit<CatalogOptions, "signal" | "processes">> & {
  readonly processes: ProcessLeases | undefined;
};

class FollowingCatalog implements Catalog {
  readonly #feed: CatalogFeed;
  readonly #options: FollowOptions;
  readonly #listeners = new Set<Listener>();
  readonly #pulls = new SingleFlight(() => this.#pull());
  readonly #stop = new AbortController();
  readonly #lease: ServingLease;
  #snapshot: CatalogSnapshot;
  #watch: AsyncDisposable | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = firstRetryMs;
  #rebuild: ReturnType<typeof setInterval> | undefined;
  #checking: Promise<void> | undefined;
  #mustReload = false;

  constructor(feed: CatalogFeed, snapshot: CatalogSnapshot, options: FollowOptions) {
    this.#feed = feed;
    this.#snapshot = snapshot;
    this.#options = options;
    this.#lease = new ServingLease({
      processes: options.processes,
      revision: () => this.#snapshot.revision,
      readAgain: () => void this.#pulls.run(),
      onError: options.onError,
      signal: this.#stop.signal,
    });
  }

  follow(loadedAt: ReturnType<typeof now>): void {
    this.#lease.noteRead(loadedAt);
    this.#watch = this.#feed.watch(() => void this.#pulls.run());
    this.#rebuild = setInterval(() => {
      this.#checking ??= this.#checkItself().finally(() => {
        this.#checking = undefined;
      });
    }, this.#options.rebuildEveryMs);
    // What happened between the load and the watch was hinted to nobody.
    void this.#pulls.run();
  }

  /** Until the lease is there. @throws DomainError `shutting_down`, after giving up everything. */
  async untilServing(signal: AbortSignal | undefined): Promise<void> {
    while (!this.#lease.isValid()) {
      await pause(10, signal);
      if (signal?.aborted !== true) continue;
      await this[Symbol.asyncDispose]();
      throw new DomainError("shutting_down");
    }
  }

  current(): CatalogSnapshot {
    return this.#snapshot;
  }

  isServing(): boolean {
    return this.#lease.isValid();
  }

  async acknowledge(change: number | null): Promise<void> {
    if (change === null) return;
    const deadline = Date.now() + acknowledgeTimeoutMs;
    // Both at once, so that a process that is alone waits no longer than for itself.
    const [isShown, isOutlasted] = await Promise.all([
      this.#showBefore(deadline, change),
      this.#lease.outlast(change, deadline),
    ]);
    if (isShown && isOutlasted) return;
    if (this.#stop.signal.aborted) throw new DomainError("shutting_down");
    throw new DomainError(
      "database_unavailable",
      "Your change is saved, but the server could not make sure that it holds everywhere. It takes effect shortly.",
    );
  }

  async waitFor(revision: string, signal: AbortSignal): Promise<void> {
    const wanted = parseRevisionText(revision);
    if (wanted === undefined)
      throw new DomainError("invalid_input", "A revision has the form `<epoch>.<n>`.");
    const contains = (): boolean => {
      const { epoch, catalog } = this.#snapshot.revision;
      return epoch === wanted.epoch && catalog >= wanted.catalog;
    };
    const deadline = Date.now() + limits.minRevisionWaitMs;
    const either = AbortSignal.any([signal, this.#stop.signal]);
    while (!contains()) {
      const isUpToDate = await this.#pullBefore(deadline, either);
      if (contains()) return;
      if (signal.aborted) throw new DomainError("request_cancelled");
      if (this.#stop.signal.aborted) throw new DomainError("shutting_down");
      // A read that began after the question knows every number that was ever given out.
      if (isUpToDate) throw new DomainError("invalid_input", unknownRevision(revision));
      if (Date.now() >= deadline) throw new DomainError("catalog_behind");
      await pause(Math.min(50, deadline - Date.now()), either);
    }
  }

  async catchUp(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#stop.signal]);
    const isUpToDate = await this.#pullBefore(Date.now() + limits.minRevisionWaitMs, either);
    if (!isUpToDate) throw new DomainError("catalog_behind");
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#retry);
    clearInterval(this.#rebuild);
    this.#listeners.clear();
    await this.#watch?.[Symbol.asyncDispose]();
    await this.#pulls.idle();
    await this.#checking;
    await this.#lease.end();
  }

  async #showBefore(deadline: number, change: number): Promise<boolean> {
    const { epoch } = this.#snapshot.revision;
    const contains = (): boolean =>
      this.#snapshot.revision.change >= change || this.#snapshot.revision.epoch !== epoch;
    for (let retryMs = 10; !contains(); retryMs = Math.min(500, 2 * retryMs)) {
      await this.#pullBefore(deadline, this.#stop.signal);
      if (contains()) break;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0 || this.#stop.signal.aborted) return false;
      await pause(Math.min(retryMs, leftMs), this.#stop.signal);
    }
    return true;
  }

  /** Reads what is new, now. `false` when that failed or took too long. */
  async #pullBefore(deadline: number, signal: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const late = pause(deadline - Date.now(), AbortSignal.any([signal, over.signal])).then(() => false);
    try {
      return await Promise.race([this.#pulls.run(), late]);
    } finally {
      over.abort();
    }
  }

  async #pull(): Promise<boolean> {
    if (this.#stop.signal.aborted) return false;
    clearTimeout(this.#retry);
    const startedAt = now();
    try {
      await this.#catchUp();
      this.#lease.noteRead(startedAt);
      this.#retryMs = firstRetryMs;
      return true;
    } catch (error) {
      this.#options.onError(error);
      if (this.#stop.signal.aborted) return false;
      this.#retry = setTimeout(() => void this.#pulls.run(), this.#retryMs);
      this.#retryMs = Math.min(lastRetryMs, 2 * this.#retryMs);
      return false;
    }
  }

  async #catchUp(): Promise<void> {
    const { revision } = this.#snapshot;
    const changes = this.#mustReload ? "reload" : await this.#changesSince(revision);
    if (changes === "reload" || changes.revision.epoch !== revision.epoch) {
      const state = await this.#load();
      this.#show(createCatalogSnapshot(state), "reload");
      this.#mustReload = false;
    } else if (changes.revision.change > revision.change) {
      // Should the changes not fit what is here, only a fresh copy helps.
      this.#mustReload = true;
      this.#show(applyCatalogChanges(this.#snapshot, changes), changes);
      this.#mustReload = false;
    }
  }

  #load(): Promise<CatalogState> {
    return withDeadline(this.#feed.load(), { timeoutMs: loadTimeoutMs, signal: this.#stop.signal });
  }

  #changesSince(revision: CatalogRevision): Promise<CatalogChanges | "reload"> {
    const work = this.#feed.changesSince(revision);
    return withDeadline(work, { timeoutMs: changesTimeoutMs, signal: this.#stop.signal });
  }

  #show(snapshot: CatalogSnapshot, changes: CatalogChanges | "reload"): void {
    if (this.#stop.signal.aborted) return;
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }

  /** Compares the catalog with a fresh read; a difference that no change explains is a defect, and mended by a reload. */
  async #checkItself(): Promise<void> {
    try {
      const snapshot = this.#snapshot;
      const state = await this.#load();
      if (state.revision.epoch !== snapshot.revision.epoch) return;
      const comparison = compareStates(toCatalogState(contentsOf(snapshot), snapshot.revision), state);
      let step = comparison.next();
      while (step.done !== true) {
        await pause(0, this.#stop.signal);
        step = comparison.next();
      }
      if (step.value.length === 0) return;
      const changes = await this.#changesSince(snapshot.revision);
      if (changes === "reload") return;
      const explained = changedKeys(changes);
      const drift = step.value.filter((key) => !explained.has(key));
      if (drift.length === 0 || this.#stop.signal.aborted) return;
      this.#options.onError(
        new Error(`The catalog in memory differs from the database: ${drift.slice(0, 10).join(", ")}.`),
      );
      this.#mustReload = true;
      await this.#pulls.run();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

function unknownRevision(revision: string): string {
  return `The catalog has no revision ${revision}; it was restored, or the revision belongs to another server.`;
}

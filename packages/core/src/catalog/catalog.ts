import type { CatalogSnapshot } from "./catalog-snapshot.ts";
import type { CatalogChanges } from "./catalog-state.ts";

/** The catalog in memory, kept up to date from its feed. */
export interface Catalog extends AsyncDisposable {
  /** Never waits, never queries. */
  current(): CatalogSnapshot;
  /**
   * Whether requests may be answered from the snapshot: a process that the database has not answered for five seconds
   * cannot know what was taken away since, and others no longer wait for it.
   */
  isServing(): boolean;
  /**
   * Returns when no process can still serve the state before `change`: each shows it, or its lease has run out. `null`
   * returns at once. A single process waits for nothing but its own snapshot.
   *
   * @throws DomainError `database_unavailable` when that cannot be known after the lease of five seconds.
   */
  acknowledge(change: number | null): Promise<void>;
  /**
   * Returns when the snapshot is at least at `revision` (`<epoch>.<n>`).
   *
   * @throws DomainError `invalid_input` for a foreign epoch or a number beyond the head, `catalog_behind` after 2 s.
   */
  waitFor(revision: string, signal: AbortSignal): Promise<void>;
  /** Reads what is new, now: for whoever has met something newer in the database. @throws DomainError `catalog_behind`. */
  catchUp(signal: AbortSignal): Promise<void>;
  /** Calls the listener after each applied set of changes; `"reload"` after a full rebuild. Returns the unsubscriber. */
  onChange(listener: (changes: CatalogChanges | "reload") => void): () => void;
}

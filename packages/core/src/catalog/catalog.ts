import type { CatalogSnapshot } from "./catalog-snapshot.ts";
import type { CatalogChanges } from "./catalog-state.ts";

/** The catalog in memory, kept up to date from its feed. */
export interface Catalog extends AsyncDisposable {
  /** Never waits, never queries. */
  current(): CatalogSnapshot;
  /**
   * Returns when no process can still serve the state before `change`. A single process: when its own snapshot contains
   * it. `null` returns at once.
   */
  acknowledge(change: number | null): Promise<void>;
  /**
   * Returns when the snapshot is at least at `revision` (`<epoch>.<n>`).
   *
   * @throws DomainError `invalid_input` for a foreign epoch or a number beyond the head, `catalog_behind` after 2 s.
   */
  waitFor(revision: string, signal: AbortSignal): Promise<void>;
  /** Calls the listener after each applied set of changes; `"reload"` after a full rebuild. Returns the unsubscriber. */
  onChange(listener: (changes: CatalogChanges | "reload") => void): () => void;
}

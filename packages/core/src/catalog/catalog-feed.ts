import type { CatalogChanges, CatalogState } from "./catalog-state.ts";

/** Where the catalog comes from. Implemented on PostgreSQL. */
export interface CatalogFeed {
  /** The whole state as one consistent read. */
  load(): Promise<CatalogState>;
  /** What changed after `change`, or `"reload"` when the log no longer reaches back that far or the epoch changed. */
  changesSince(revision: {
    readonly epoch: string;
    readonly change: number;
  }): Promise<CatalogChanges | "reload">;
  /** Calls `onHint` when there may be something new: by notification, and every second whatever happens. */
  watch(onHint: () => void): AsyncDisposable;
}

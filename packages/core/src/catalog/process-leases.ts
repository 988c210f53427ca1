import type { CatalogRevision } from "./catalog-state.ts";

/**
 * The processes that serve one database. Each holds a lease of five seconds and says with every renewal how far it has
 * come. It renews only after it has read the catalog, so that a deaf process loses its lease like a dead one.
 */
export interface ProcessLeases {
  /**
   * Enters or renews this process, as one that shows `revision`.
   *
   * @returns Whether no other process holds a lease.
   */
  renew(revision: Pick<CatalogRevision, "epoch" | "change">): Promise<{ readonly isAlone: boolean }>;
  /** For how long another process may still serve what was before `change`, in milliseconds; 0: none can. */
  outdatedForMs(change: number): Promise<number>;
  /** Gives the lease up: this process serves nothing any more. */
  leave(): Promise<void>;
}

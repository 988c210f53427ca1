import type { CatalogSnapshot } from "./catalog-snapshot.ts";
import type { CatalogChanges } from "./catalog-state.ts";
import { changeContents } from "./change-contents.ts";
import { createCatalogSnapshot } from "./create-snapshot.ts";
import { contentsOf, MemorySnapshot } from "./memory-snapshot.ts";
import { toCatalogState } from "./to-catalog-state.ts";

/** The next version of a snapshot. The old one stays as it is; both share what did not change. */
export function applyCatalogChanges(
  snapshot: CatalogSnapshot,
  { revision, changes }: CatalogChanges,
): CatalogSnapshot {
  const contents = changeContents(contentsOf(snapshot), changes);
  const { rows, size } = contents.models;
  // Deleted models leave empty slots behind: when they are the majority, everything moves together again.
  const isSparse = rows.length > 1024 + 2 * size;
  return isSparse
    ? createCatalogSnapshot(toCatalogState(contents, revision), contents.now)
    : new MemorySnapshot(revision, contents);
}

import { createEmptyContents } from "./catalog-contents.ts";
import type { CatalogSnapshot } from "./catalog-snapshot.ts";
import type { CatalogChange, CatalogState } from "./catalog-state.ts";
import { changeContents } from "./change-contents.ts";
import { MemorySnapshot } from "./memory-snapshot.ts";

/** Merges and indexes a whole state. */
export function createCatalogSnapshot(state: CatalogState, now?: () => number): CatalogSnapshot {
  const changes: CatalogChange[] = [
    ...state.connections.map((value) => ({ kind: "connection", uid: value.uid, value }) as const),
    ...state.bases.map((value) => ({ kind: "base", uid: value.uid, value }) as const),
    ...state.records.map((value) => ({ kind: "record", uid: value.uid, value }) as const),
    ...state.aliases.map((value) => ({ kind: "alias", uid: value.uid, value }) as const),
    ...state.lifecycles.map((value) => ({ kind: "lifecycle", uid: value.uid, value }) as const),
    ...state.users.map((value) => ({ kind: "user", uid: value.id, value }) as const),
    ...state.groups.map((value) => ({ kind: "group", uid: value.id, value }) as const),
  ];
  return new MemorySnapshot(
    state.revision,
    changeContents(createEmptyContents(state.settings, now), changes),
  );
}

import type { CatalogAlias } from "./catalog-state.ts";
import { LayeredMap } from "./layered-map.ts";

/** The aliases by uid and by each of their keys. */
export type AliasIndex = {
  readonly byUid: LayeredMap<string, CatalogAlias>;
  readonly uidByKey: LayeredMap<string, string>;
};

export function createAliasIndex(): AliasIndex {
  return { byUid: new LayeredMap(), uidByKey: new LayeredMap() };
}

/** The next version of the index. All old keys leave before new ones enter, so that a name may move between aliases. */
export function updateAliasIndex(
  index: AliasIndex,
  changes: ReadonlyMap<string, CatalogAlias | undefined>,
): AliasIndex {
  if (changes.size === 0) return index;
  const keys = new Map<string, string | undefined>();
  for (const uid of changes.keys()) {
    for (const key of index.byUid.get(uid)?.keys ?? []) {
      if (index.uidByKey.get(key) === uid) keys.set(key, undefined);
    }
  }
  for (const [uid, alias] of changes) for (const key of alias?.keys ?? []) keys.set(key, uid);
  return { byUid: index.byUid.with(changes), uidByKey: index.uidByKey.with(keys) };
}

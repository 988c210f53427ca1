import { baseNameKey } from "../name/base-name.ts";
import type { BaseNameIndex } from "./catalog-contents.ts";
import type { CatalogBaseName } from "./catalog-state.ts";
import type { ModelTable } from "./model-table.ts";

type Changes = ReadonlyMap<string, CatalogBaseName | undefined>;

export function updateBaseNames(index: BaseNameIndex, changes: Changes): BaseNameIndex {
  if (changes.size === 0) return index;
  const byKey = new Map<string, CatalogBaseName | undefined>();
  for (const uid of changes.keys()) {
    const old = index.byUid.get(uid);
    if (old !== undefined && index.byKey.get(old.key)?.uid === uid) byKey.set(old.key, undefined);
  }
  for (const value of changes.values()) if (value !== undefined) byKey.set(value.key, value);
  return { byUid: index.byUid.with(changes), byKey: index.byKey.with(byKey) };
}

/** uids of the bases whose name any of these was or is about. */
export function basesOfNames(models: ModelTable, index: BaseNameIndex, changes: Changes): readonly string[] {
  if (changes.size === 0) return [];
  const keys = new Set<string | undefined>();
  for (const [uid, value] of changes) keys.add(index.byUid.get(uid)?.key).add(value?.key);
  return models.rows.flatMap((model) =>
    model?.entry.kind === "base" && keys.has(baseNameKey(model.entry.base.id)) ? model.entry.uid : [],
  );
}

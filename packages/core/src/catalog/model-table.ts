import type { CatalogEntry } from "./catalog-snapshot.ts";
import type { CatalogConnection } from "./catalog-state.ts";
import { indexModel, readerKeys, type IndexedModel } from "./indexed-model.ts";
import { LayeredMap } from "./layered-map.ts";
import { SlotListEdits, type SlotLists } from "./slot-lists.ts";
import {
  createModelComparators,
  updateOrder,
  type CompareModels,
  type ModelEdit,
  type SortKey,
} from "./slot-order.ts";

/** All models with their indexes. A model keeps its slot for life; the slot of a deleted one stays empty. */
export type ModelTable = {
  readonly rows: readonly (IndexedModel | undefined)[];
  readonly size: number;
  /** By uid of the model, and of the override of a base. */
  readonly slots: LayeredMap<string, number>;
  readonly names: LayeredMap<string, number>;
  /** `<slug>/<name>` of shadowed bases. */
  readonly paths: LayeredMap<string, number>;
  /** By uid of the base. */
  readonly dependants: SlotLists;
  /** See `readerKeys`. */
  readonly readers: SlotLists;
  /** Those that are not listed to each of their readers: `hidden`, `forWriters`. */
  readonly guarded: SlotLists;
  readonly orders: Readonly<Record<SortKey, Uint32Array>>;
  readonly comparators: Readonly<Record<SortKey, CompareModels>>;
};

/** What one model is from now on; `entry: undefined` when it is gone. */
export type ModelChange = {
  readonly entry: CatalogEntry | undefined;
  /** Those of the placements of a base, in the configured order. */
  readonly connections: readonly CatalogConnection[];
};

export function createModelTable(): ModelTable {
  return {
    rows: [],
    size: 0,
    slots: new LayeredMap(),
    names: new LayeredMap(),
    paths: new LayeredMap(),
    dependants: new LayeredMap(),
    readers: new LayeredMap(),
    guarded: new LayeredMap(),
    orders: { name: new Uint32Array(), created: new Uint32Array(), updated: new Uint32Array() },
    comparators: createModelComparators(),
  };
}

export function findModel(table: ModelTable, uid: string): IndexedModel | undefined {
  const slot = table.slots.get(uid);
  return slot === undefined ? undefined : table.rows[slot];
}

/** The next version of the table. Costs a copy of the rows and orders, whatever the number of changes. */
export function updateModelTable(table: ModelTable, changes: ReadonlyMap<string, ModelChange>): ModelTable {
  const rows = table.rows.slice();
  const edits: ModelEdit[] = [];
  for (const [uid, { entry, connections }] of changes) {
    const before = findModel(table, uid);
    if (before === undefined && entry === undefined) continue;
    const slot = before?.slot ?? rows.length;
    const after = entry === undefined ? undefined : indexModel(slot, entry, connections);
    rows[slot] = after;
    edits.push({ before, after });
  }
  if (edits.length === 0) return table;
  const orderBy = (key: SortKey): Uint32Array =>
    updateOrder(table.orders[key], edits, { compare: table.comparators[key], rows: table.rows });
  return {
    rows,
    size: table.size + edits.reduce((sum, edit) => sum + Number(!edit.before) - Number(!edit.after), 0),
    ...updateKeys(table, edits),
    ...updateLists(table, edits),
    orders: { name: orderBy("name"), created: orderBy("created"), updated: orderBy("updated") },
    comparators: table.comparators,
  };
}

function updateKeys(
  table: ModelTable,
  edits: readonly ModelEdit[],
): Pick<ModelTable, "slots" | "names" | "paths"> {
  return {
    slots: updateMap(table.slots, edits, uidsOf),
    names: updateMap(table.names, edits, ({ nameKey }) => (nameKey === undefined ? [] : [nameKey])),
    paths: updateMap(table.paths, edits, ({ pathKeys }) => pathKeys),
  };
}

function uidsOf({ entry }: IndexedModel): readonly string[] {
  return entry.kind === "base" && entry.override !== null ? [entry.uid, entry.override.uid] : [entry.uid];
}

// All old keys leave before the new ones enter, so that two models may swap names in one step.
function updateMap(
  map: LayeredMap<string, number>,
  edits: readonly ModelEdit[],
  keysOf: (model: IndexedModel) => readonly string[],
): LayeredMap<string, number> {
  const changes = new Map<string, number | undefined>();
  for (const { before } of edits) {
    if (before === undefined) continue;
    for (const key of keysOf(before)) if (map.get(key) === before.slot) changes.set(key, undefined);
  }
  for (const { after } of edits) {
    if (after !== undefined) for (const key of keysOf(after)) changes.set(key, after.slot);
  }
  for (const [key, slot] of changes) if (map.get(key) === slot) changes.delete(key);
  return map.with(changes);
}

function updateLists(
  table: ModelTable,
  edits: readonly ModelEdit[],
): Pick<ModelTable, "dependants" | "readers" | "guarded"> {
  const dependants = new SlotListEdits();
  const readers = new SlotListEdits();
  const guarded = new SlotListEdits();
  for (const { before, after } of edits) {
    const slot = (after ?? before)?.slot ?? 0;
    dependants.move(slot, baseUids(before), baseUids(after));
    guarded.move(slot, guards(before), guards(after));
    readers.move(slot, before ? readerKeys(before.entry) : [], after ? readerKeys(after.entry) : []);
  }
  return {
    dependants: dependants.applyTo(table.dependants),
    readers: readers.applyTo(table.readers),
    guarded: guarded.applyTo(table.guarded),
  };
}

function guards(model: IndexedModel | undefined): readonly ("hidden" | "forWriters")[] {
  if (model?.forWriters === true) return ["forWriters"];
  return model?.hidden === true ? ["hidden"] : [];
}

function baseUids(model: IndexedModel | undefined): readonly string[] {
  const base = model?.entry.kind === "custom" ? model.entry.record.base : null;
  return base === null ? [] : [base.uid];
}

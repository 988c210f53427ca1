import type { IndexedModel } from "./indexed-model.ts";

export type CompareModels = (left: IndexedModel, right: IndexedModel) => number;
export type SortKey = "name" | "created" | "updated";

/** Total orders: whatever is equal is told apart by id, and in the end by uid. */
export function createModelComparators(): Readonly<Record<SortKey, CompareModels>> {
  const { compare } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return {
    name: (left, right) => compare(left.name, right.name) || compareIds(left, right),
    created: (left, right) => left.createdMs - right.createdMs || compareIds(left, right),
    updated: (left, right) => left.updatedMs - right.updatedMs || compareIds(left, right),
  };
}

export type ModelEdit = {
  readonly before: IndexedModel | undefined;
  readonly after: IndexedModel | undefined;
};

/**
 * A sorted list of slots brought up to date: a few look-ups by halving, then one copy.
 *
 * @param rows The models that `order` was sorted by, by slot.
 */
export function updateOrder(
  order: Uint32Array,
  edits: readonly ModelEdit[],
  by: { readonly compare: CompareModels; readonly rows: readonly (IndexedModel | undefined)[] },
): Uint32Array {
  const moved = edits.filter(
    ({ before, after }) => before === undefined || after === undefined || by.compare(before, after) !== 0,
  );
  if (moved.length === 0) return order;
  const removed = moved
    .flatMap(({ before }) => (before === undefined ? [] : [findPosition(order, before, by)]))
    .toSorted((left, right) => left - right);
  const added = moved.flatMap(({ after }) => after ?? []).toSorted(by.compare);
  return mergeOrder(order, removed, { added, by });
}

function mergeOrder(
  order: Uint32Array,
  removed: readonly number[],
  { added, by }: { added: readonly IndexedModel[]; by: Parameters<typeof updateOrder>[2] },
): Uint32Array {
  const merged = new Uint32Array(order.length - removed.length + added.length);
  let read = 0;
  let written = 0;
  let gap = 0;
  // Copies up to `position`, leaving out what was removed.
  const copyUntil = (position: number): void => {
    while (read < position) {
      const hole = removed[gap] ?? order.length;
      const end = Math.min(position, hole);
      merged.set(order.subarray(read, end), written);
      written += end - read;
      read = end;
      if (read < position && read === hole) {
        read += 1;
        gap += 1;
      }
    }
  };
  for (const model of added) {
    copyUntil(Math.max(read, findPosition(order, model, by)));
    merged[written++] = model.slot;
  }
  copyUntil(order.length);
  return merged;
}

function findPosition(
  order: Uint32Array,
  model: IndexedModel,
  { compare, rows }: Parameters<typeof updateOrder>[2],
): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rows[order[middle] ?? -1];
    if (other !== undefined && compare(other, model) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareIds(left: IndexedModel, right: IndexedModel): number {
  return compareText(left.entry.id, right.entry.id) || compareText(left.entry.uid, right.entry.uid);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

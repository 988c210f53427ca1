import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { lookupKeys } from "../model/model-id.ts";
import type { ItemWrite } from "./item-write.ts";

/**
 * The positions of the items in the order in which they can be written: a base before what is built on it, and deleted
 * after it. Otherwise as they came; in a ring, which the judgement refuses, too.
 */
export function orderItems(items: readonly ItemWrite[], snapshot: CatalogSnapshot): readonly number[] {
  const makers = new Map<string, number>();
  const deletions = new Map<string, number>();
  for (const [at, item] of items.entries()) {
    if (item.kind === "create") for (const key of lookupKeys(item.input.id)) makers.set(key, at);
    const uid = item.kind === "delete" ? snapshot.findByName(item.id)?.uid : undefined;
    if (uid !== undefined) deletions.set(uid, at);
  }
  if (makers.size === 0 && deletions.size === 0) return [...items.keys()];

  const neededBy = (item: ItemWrite): readonly (number | undefined)[] => {
    if (item.kind === "delete") {
      const uid = snapshot.findByName(item.id)?.uid;
      return uid === undefined ? [] : snapshot.dependantsOf(uid).map((dependant) => deletions.get(dependant));
    }
    const baseModelId = item.kind === "create" || item.kind === "update" ? item.input.baseModelId : null;
    return baseModelId ? lookupKeys(baseModelId).map((key) => makers.get(key)) : [];
  };
  return sortByNeeds(items, neededBy);
}

// With its own stack: an import may bring a chain that is longer than the program's.
function sortByNeeds(
  items: readonly ItemWrite[],
  needsOf: (item: ItemWrite) => readonly (number | undefined)[],
): readonly number[] {
  const order = new Set<number>();
  const open = new Set<number>();
  for (const start of items.keys()) {
    const stack = [start];
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      const item = items[at];
      const needs = item === undefined || open.has(at) ? [] : needsOf(item);
      open.add(at);
      const unmet = needs.flatMap((need) => (need === undefined || open.has(need) ? [] : need));
      if (unmet.length > 0) {
        stack.push(...unmet);
      } else {
        stack.pop();
        order.add(at);
      }
    }
  }
  return [...order];
}

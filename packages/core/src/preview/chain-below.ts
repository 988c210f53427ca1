import type { CatalogContents } from "../catalog/catalog-contents.ts";
import { listTargets } from "../catalog/catalog-contents.ts";
import type { CallTarget } from "../catalog/catalog-snapshot.ts";
import type { IndexedModel } from "../catalog/indexed-model.ts";
import { findBaseOf } from "../catalog/walk-chain.ts";
import { limits } from "../limits.ts";

/** A model and what it stands on, whoever may see it: from the model itself down, as far as there is something. */
export function chainBelow(contents: CatalogContents, model: IndexedModel): readonly IndexedModel[] {
  const chain = [model];
  for (let current = model; current.entry.kind === "custom" && chain.length <= limits.chainDepth;) {
    const next = findBaseOf(contents, current.entry);
    if (next === undefined || chain.includes(next)) break;
    chain.push(next);
    current = next;
  }
  return chain;
}

/** uids of the records whose params count, from the model itself down. */
export function recordUidsOf(chain: readonly IndexedModel[]): readonly string[] {
  return chain.flatMap(({ entry }) => (entry.kind === "base" ? entry.override : entry.record)?.uid ?? []);
}

/** Where the model at the end of a chain is served, whoever may be sent there. */
export function placesOf(contents: CatalogContents, chain: readonly IndexedModel[]): readonly CallTarget[] {
  const last = chain.at(-1)?.entry;
  return last?.kind === "base" ? listTargets(contents.connections, last.base) : [];
}

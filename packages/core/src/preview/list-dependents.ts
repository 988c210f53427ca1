import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";

/** A model and how many steps it stands above another. */
export type Dependent = { readonly uid: string; readonly depth: number; readonly baseUid: string };

/** All that stands on a model, directly or not, nearest first. Each once, also in circles. */
export function listDependents(snapshot: CatalogSnapshot, uid: string): readonly Dependent[] {
  const found = new Map<string, Dependent>();
  let above = [uid];
  for (let depth = 1; above.length > 0; depth += 1) {
    const next: string[] = [];
    for (const baseUid of above) {
      for (const dependent of snapshot.dependantsOf(baseUid)) {
        if (dependent === uid || found.has(dependent)) continue;
        found.set(dependent, { uid: dependent, depth, baseUid });
        next.push(dependent);
      }
    }
    above = next;
  }
  return [...found.values()];
}

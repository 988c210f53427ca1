import type { CatalogChanges, CatalogState } from "./catalog-state.ts";

type Objects = Iterable<readonly [key: string, value: unknown]>;

/**
 * The objects that two states show differently, as `<kind> <uid>`. Yields between the slices of a long comparison, so
 * that the caller can let other work in.
 */
export function* compareStates(ours: CatalogState, theirs: CatalogState): Generator<undefined, string[]> {
  const left = new Map(listObjects(ours));
  const different: string[] = [];
  let compared = 0;
  for (const [key, value] of listObjects(theirs)) {
    if (!isSameData(left.get(key), value)) different.push(key);
    left.delete(key);
    compared += 1;
    if (compared % 1_000 === 0) yield;
  }
  return [...different, ...left.keys()];
}

/** The keys of the objects that are named in a set of changes, as {@link compareStates} writes them. */
export function changedKeys({ changes }: CatalogChanges): ReadonlySet<string> {
  return new Set(
    changes.map((change) => (change.kind === "settings" ? "settings" : `${change.kind} ${change.uid}`)),
  );
}

function* listObjects(state: CatalogState): Objects {
  yield ["settings", state.settings];
  for (const value of state.connections) yield [`connection ${value.uid}`, value];
  for (const value of state.bases) yield [`base ${value.uid}`, value];
  for (const value of state.records) yield [`record ${value.uid}`, value];
  for (const value of state.aliases) yield [`alias ${value.uid}`, value];
  for (const value of state.lifecycles) yield [`lifecycle ${value.uid}`, value];
  for (const value of state.users) yield [`user ${value.id}`, value];
  for (const value of state.groups) yield [`group ${value.id}`, value];
}

/** Whether two plain values hold the same; the order of names and ids in a list does not count. */
function isSameData(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false;
    const others = sorted(right);
    return sorted(left).every((value, at) => isSameData(value, others[at]));
  }
  const others = new Map(Object.entries(right).filter(([, value]) => value !== undefined));
  const fields = Object.entries(left).filter(([, value]) => value !== undefined);
  return fields.length === others.size && fields.every(([key, value]) => isSameData(value, others.get(key)));
}

function sorted(values: readonly unknown[]): readonly unknown[] {
  return values.toSorted((left, right) => (sortText(left) < sortText(right) ? -1 : 1));
}

function sortText(value: unknown): string {
  if (typeof value === "object" && value !== null && "uid" in value) return String(value.uid);
  return typeof value === "string" ? value : "";
}

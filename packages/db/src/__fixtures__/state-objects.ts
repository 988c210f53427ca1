import type { CatalogChanges, CatalogState } from "@corral/core";

export type StateObjects = Map<string, unknown>;

function entries(kind: string, values: readonly ({ readonly uid: string } | { readonly id: string })[]) {
  return values.map((value) => [`${kind} ${"uid" in value ? value.uid : value.id}`, value] as const);
}

/** A state as the values of its objects, so that two can be compared whatever their order. */
export function toObjects(state: CatalogState): StateObjects {
  return new Map<string, unknown>([
    ["settings", state.settings],
    ...entries("connection", state.connections),
    ...entries("base", state.bases),
    ...entries("record", state.records),
    ...entries("alias", state.aliases),
    ...entries("base_name", state.baseNames),
    ...entries("lifecycle", state.lifecycles),
    ...entries("user", state.users),
    ...entries("group", state.groups),
  ]);
}

/** What somebody has who knew these objects and took the changes. */
export function fold(objects: StateObjects, { changes }: CatalogChanges): StateObjects {
  const next = new Map(objects);
  for (const change of changes) {
    if (change.kind === "settings") next.set("settings", change.value);
    else if (change.kind !== "credential" && change.kind !== "notice") {
      const key = `${change.kind} ${change.uid}`;
      if (change.value === null) next.delete(key);
      else next.set(key, change.value);
    }
  }
  return next;
}

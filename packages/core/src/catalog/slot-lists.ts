import type { LayeredMap } from "./layered-map.ts";

/** Slots by key, each list without duplicates and in no order. */
export type SlotLists = LayeredMap<string, Uint32Array>;

type ListEdit = { readonly added: number[]; readonly removed: Set<number> };

/** Collects what changes in {@link SlotLists}, so that a batch rewrites each list once. */
export class SlotListEdits {
  readonly #edits = new Map<string, ListEdit>();

  /** Moves a slot from one set of keys to another. */
  move(slot: number, from: readonly string[], to: readonly string[]): void {
    const kept = from.length === 0 ? undefined : new Set(from);
    for (const key of to) if (kept?.delete(key) !== true) this.#edit(key).added.push(slot);
    if (kept !== undefined) for (const key of kept) this.#edit(key).removed.add(slot);
  }

  applyTo(lists: SlotLists): SlotLists {
    const changes = new Map<string, Uint32Array | undefined>();
    for (const [key, { added, removed }] of this.#edits) {
      const old = lists.get(key) ?? new Uint32Array();
      const kept = removed.size === 0 ? old : old.filter((slot) => !removed.has(slot));
      const list = new Uint32Array(kept.length + added.length);
      list.set(kept);
      list.set(added, kept.length);
      changes.set(key, list.length === 0 ? undefined : list);
    }
    return lists.with(changes);
  }

  #edit(key: string): ListEdit {
    const edit = this.#edits.get(key) ?? { added: [], removed: new Set() };
    this.#edits.set(key, edit);
    return edit;
  }
}

import { mayName } from "../identity/key-allow-list.ts";
import type { CallerView } from "./caller-view.ts";
import type { SortKey } from "./slot-order.ts";
import { hasSlot, type SlotSet } from "./slot-set.ts";

/** The slots of some models in ascending order: all of an order, or those of it that are in a set. */
export class ListedSlots {
  readonly length: number;
  readonly #order: Uint32Array;
  readonly #within: SlotSet | undefined;

  /** @param only A part of the order, and how many slots that are. */
  constructor(order: Uint32Array, only?: { readonly within: SlotSet; readonly count: number }) {
    this.length = only?.count ?? order.length;
    this.#order = order;
    this.#within = only?.within;
  }

  /** A few of them. Looks at no more of the order than it takes to find them. */
  page(query: {
    readonly offset: number;
    readonly limit: number;
    readonly direction: "asc" | "desc";
  }): number[] {
    const { offset, limit, direction } = query;
    const slots: number[] = [];
    const order = this.#order;
    const within = this.#within;
    const end = Math.min(offset + limit, this.length);
    let found = within === undefined ? offset : 0;
    for (let at = found; found < end; at += 1) {
      const slot = order[direction === "asc" ? at : order.length - 1 - at] ?? 0;
      if (within !== undefined && !hasSlot(within, slot)) continue;
      if (found >= offset) slots.push(slot);
      found += 1;
    }
    return slots;
  }

  /** @param marks One byte a slot: only those with a 1. */
  all(marks?: Uint8Array): Uint32Array {
    const within = this.#within;
    if (marks !== undefined) return this.#marked(marks);
    if (within === undefined) return this.#order;
    const slots = new Uint32Array(this.length);
    let length = 0;
    for (const slot of this.#order) if (hasSlot(within, slot)) slots[length++] = slot;
    return slots;
  }

  #marked(marks: Uint8Array): Uint32Array {
    const within = this.#within;
    const slots = new Uint32Array(this.length);
    let length = 0;
    // Few bear a tag that is asked for, so the mark is looked at first.
    for (const slot of this.#order) {
      if (marks[slot] === 1 && (within === undefined || hasSlot(within, slot))) slots[length++] = slot;
    }
    return slots.subarray(0, length);
  }
}

/** The models that a caller is shown, in ascending order: what its owner is shown and its key may name. */
export function listSlots(
  { contents, actor, visible }: Pick<CallerView, "contents" | "actor" | "visible">,
  { sort, showHidden = false }: { readonly sort: SortKey; readonly showHidden?: boolean | undefined },
): ListedSlots {
  const listed = visible.listed(sort, showHidden);
  const { credential } = actor;
  if (credential.kind === "session" || credential.models === null) return listed;
  const named = listed.all().filter((slot) => {
    const model = contents.models.rows[slot];
    return model !== undefined && mayName(credential, model.entry);
  });
  return new ListedSlots(named);
}

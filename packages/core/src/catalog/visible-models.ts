import { decideAccess, type AccessSubject, type Principal } from "@corral/access-control";
import { principalKey } from "./actor-key.ts";
import type { CatalogContents, VisibleSlots } from "./catalog-contents.ts";
import { decideConnection, decideModel, type ReadRights } from "./model-access.ts";
import { readerKey, type IndexedModel } from "./indexed-model.ts";
import { ListedSlots } from "./listed-slots.ts";
import type { SortKey } from "./slot-order.ts";
import { addSlot, countSlots, createSlotSet, hasSlot, removeSlot, type SlotSet } from "./slot-set.ts";

/**
 * What one principal may read and is shown. Comes from the index, remembered per principal, and is always equal to
 * asking `decideModel` about every model.
 */
export class VisibleModels implements ReadRights {
  readonly readable: SlotSet;
  readonly #contents: CatalogContents;
  readonly #principal: Principal;
  readonly #key: string;
  readonly #seen = new Map<string, boolean>();

  constructor(contents: CatalogContents, principal: Principal) {
    this.#contents = contents;
    this.#principal = principal;
    this.#key = principalKey(contents, principal);
    this.readable = this.#remember("readable", () => findReadable(contents, principal)).slots;
  }

  readonly mayRead = (model: IndexedModel): boolean => hasSlot(this.readable, model.slot);

  readonly sees: ReadRights["sees"] = (connection) => {
    const known = this.#seen.get(connection.uid);
    if (known !== undefined) return known;
    const seen = decideConnection(this.#principal, connection);
    this.#seen.set(connection.uid, seen);
    return seen;
  };

  mayWrite({ entry }: IndexedModel): boolean {
    const question = { principal: this.#principal, level: "write" } as const;
    return decideModel(this.#contents, question, entry).allowed;
  }

  /** The listed models in ascending order. Hidden ones are listed for writers, or with `showHidden`. */
  listed(sort: SortKey, showHidden: boolean): ListedSlots {
    const all = this.#contents.models.orders[sort];
    const { slots: within, count } = this.#remember(`listed ${showHidden}`, () =>
      this.#findListed(showHidden),
    );
    if (count === all.length) return new ListedSlots(all);
    const listed = new ListedSlots(all, { within, count });
    // As a list they would take more room than as bits, and soon enough some are found in the order of all.
    if (count > all.length >> 5) return listed;
    const { slots } = this.#remember(`${sort} ${showHidden}`, () => ({ slots: listed.all(), count }));
    return new ListedSlots(slots);
  }

  #findListed(showHidden: boolean): VisibleSlots {
    const { guarded, rows } = this.#contents.models;
    let listed = this.readable;
    for (const guard of showHidden ? ["forWriters"] : ["forWriters", "hidden"]) {
      for (const slot of guarded.get(guard) ?? []) {
        const model = hasSlot(listed, slot) ? rows[slot] : undefined;
        if (model === undefined || this.mayWrite(model)) continue;
        if (listed === this.readable) listed = listed.slice();
        removeSlot(listed, slot);
      }
    }
    return { slots: listed, count: countSlots(listed) };
  }

  #remember(what: string, compute: () => VisibleSlots): VisibleSlots {
    const { visibility } = this.#contents;
    const key = `${what} ${this.#key}`;
    const known = visibility.get(key);
    if (known !== undefined) return known;
    const found = compute();
    const isShared = found.slots === this.readable;
    visibility.set(key, found, 200 + 2 * key.length + (isShared ? 0 : found.slots.byteLength));
    return found;
  }
}

/** What the policy says about models that nobody shares, so that its rules about roles stand in one place. */
function findReadable(contents: CatalogContents, principal: Principal): VisibleSlots {
  const { models, connections } = contents;
  const readable = createSlotSet(models.rows.length);
  const may = (subject: AccessSubject): boolean => decideAccess(principal, "read", subject).allowed;
  const access = { kind: "private" } as const;
  if (!may({ kind: "custom", ownerId: principal.userId, access })) {
    return { slots: readable, count: 0 };
  }
  const readsBases = may({ kind: "base", access, inherited: access });
  const readsCustoms = may({ kind: "custom", ownerId: null, access });
  if (readsBases || readsCustoms) {
    for (const model of models.rows) {
      if (model !== undefined && (model.entry.kind === "base" ? readsBases : readsCustoms)) {
        addSlot(readable, model.slot);
      }
    }
  }
  const keys = [
    readerKey.everyone,
    readerKey.user(principal.userId),
    ...Array.from(principal.groupIds, readerKey.group),
    ...[...connections.values()]
      .filter((connection) => decideConnection(principal, connection))
      .map(({ uid }) => readerKey.connection(uid)),
  ];
  for (const key of keys) for (const slot of models.readers.get(key) ?? []) addSlot(readable, slot);
  return { slots: readable, count: countSlots(readable) };
}

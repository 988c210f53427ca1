import { decideAccess, type AccessSubject, type Principal } from "@corral/access-control";
import { principalKey } from "./actor-key.ts";
import type { CatalogContents } from "./catalog-contents.ts";
import { decideConnection, decideModel, type ReadRights } from "./model-access.ts";
import { readerKey, type IndexedModel } from "./indexed-model.ts";
import type { SortKey } from "./slot-order.ts";
import { addSlot, createSlotSet, hasSlot, removeSlot, type SlotSet } from "./slot-set.ts";

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
    this.readable = this.#remember("readable", () => findReadable(contents, principal));
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

  /** The slots of the listed models in ascending order. Hidden ones are listed for writers, or with `showHidden`. */
  order(sort: SortKey, showHidden: boolean): Uint32Array {
    return this.#remember(`${sort} ${showHidden}`, () => {
      const all = this.#contents.models.orders[sort];
      const listed = this.#findListed(showHidden);
      const order = new Uint32Array(all.length);
      let length = 0;
      for (const slot of all) if (hasSlot(listed, slot)) order[length++] = slot;
      return length === all.length ? all : order.slice(0, length);
    });
  }

  #findListed(showHidden: boolean): SlotSet {
    const { guarded, rows } = this.#contents.models;
    const listed = this.readable.slice();
    for (const guard of showHidden ? ["forWriters"] : ["forWriters", "hidden"]) {
      for (const slot of guarded.get(guard) ?? []) {
        const model = hasSlot(listed, slot) ? rows[slot] : undefined;
        if (model !== undefined && !this.mayWrite(model)) removeSlot(listed, slot);
      }
    }
    return listed;
  }

  #remember(what: string, compute: () => Uint32Array): Uint32Array {
    const { visibility, models } = this.#contents;
    const key = `${what} ${this.#key}`;
    const known = visibility.get(key);
    if (known !== undefined) return known;
    const slots = compute();
    const isShared = Object.values(models.orders).includes(slots);
    visibility.set(key, slots, 200 + 2 * key.length + (isShared ? 0 : slots.byteLength));
    return slots;
  }
}

/** What the policy says about models that nobody shares, so that its rules about roles stand in one place. */
function findReadable(contents: CatalogContents, principal: Principal): SlotSet {
  const { models, connections } = contents;
  const readable = createSlotSet(models.rows.length);
  const may = (subject: AccessSubject): boolean => decideAccess(principal, "read", subject).allowed;
  const access = { kind: "private" } as const;
  if (!may({ kind: "custom", ownerId: principal.userId, access })) return readable;
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
  return readable;
}

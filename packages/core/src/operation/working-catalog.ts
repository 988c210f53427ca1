import { applyCatalogChanges } from "../catalog/apply-changes.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { CatalogChange } from "../catalog/catalog-state.ts";
import { toCatalogRecord } from "../catalog/to-catalog-record.ts";
import { lookupKeys } from "../model/model-id.ts";
import type { ModelRecord } from "../model/model-record.ts";

/**
 * The catalog as the items before have left it, inside a transaction that nobody else sees yet. It shares with the
 * catalog what did not change, and catches up only when an item can tell the difference.
 */
export class WorkingCatalog {
  #snapshot: CatalogSnapshot;
  #pending: CatalogChange[] = [];
  readonly #touched = new Set<string>();
  readonly #records = new Map<string, ModelRecord>();

  /** @param records As they are stored now, locked. */
  constructor(snapshot: CatalogSnapshot, records: readonly ModelRecord[]) {
    this.#snapshot = snapshot;
    for (const record of records) this.#records.set(record.uid, record);
  }

  findRecord(uid: string): ModelRecord | undefined {
    return this.#records.get(uid);
  }

  /** For an item that looks only at itself: the catalog is as good as new unless an item before had this name. */
  snapshotFor(name: string): CatalogSnapshot {
    return lookupKeys(name).some((key) => this.#touched.has(key)) ? this.snapshot() : this.#snapshot;
  }

  snapshot(): CatalogSnapshot {
    if (this.#pending.length > 0) {
      const { revision } = this.#snapshot;
      this.#snapshot = applyCatalogChanges(this.#snapshot, { revision, changes: this.#pending });
      this.#pending = [];
      this.#touched.clear();
    }
    return this.#snapshot;
  }

  put(record: ModelRecord): void {
    this.#records.set(record.uid, record);
    this.#note(record, { kind: "record", uid: record.uid, value: toCatalogRecord(record) });
  }

  remove(record: ModelRecord): void {
    this.#records.delete(record.uid);
    this.#note(record, { kind: "record", uid: record.uid, value: null });
  }

  #note(record: ModelRecord, change: CatalogChange): void {
    this.#pending.push(change);
    for (const key of lookupKeys(record.id)) this.#touched.add(key);
  }
}

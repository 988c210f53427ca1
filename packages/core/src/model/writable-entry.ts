import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { findReadable, unknownModel } from "../catalog/find-readable.ts";
import { toCatalogRecord } from "../catalog/to-catalog-record.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import type { ModelRecord } from "./model-record.ts";

/** The entry as a record that was just read makes it: the record may be newer than the snapshot. */
export function withRecord(entry: CatalogEntry, stored: ModelRecord): CatalogEntry {
  const record = toCatalogRecord(stored);
  if (record.kind === "custom") return { kind: "custom", uid: record.uid, id: record.id, record };
  return entry.kind === "base" ? { ...entry, override: record } : entry;
}

/** @throws DomainError `model_not_found`, `access_denied` for what the actor may use but not change. */
export function findWritable(snapshot: CatalogSnapshot, actor: Actor, id: string): CatalogEntry {
  const entry = findReadable(snapshot, actor, id);
  assertWritable(snapshot, actor, entry);
  return entry;
}

/** @throws DomainError as {@link findWritable}. */
export function assertWritable(snapshot: CatalogSnapshot, actor: Actor, entry: CatalogEntry): void {
  if (snapshot.decide(actor.principal, "write", entry).allowed) return;
  if (!snapshot.decide(actor.principal, "read", entry).allowed) throw unknownModel(entry.id);
  throw new DomainError("access_denied", `You may use "${entry.id}" but not change it.`);
}

/** Of the stored record; `undefined` for a base model that has none. */
export function recordUidOf(entry: CatalogEntry): string | undefined {
  return entry.kind === "custom" ? entry.uid : entry.override?.uid;
}

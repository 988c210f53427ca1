import { contentsOf } from "../catalog/memory-snapshot.ts";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Repositories } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import { sortKeys } from "../json-equality.ts";
import { limits } from "../limits.ts";
import type { ModelId } from "../model/model-id.ts";
import type { ModelMeta } from "../model/model-meta.ts";
import type { ModelRecord } from "../model/model-record.ts";
import { recordUidOf, withRecord } from "../model/writable-entry.ts";
import { canonicalAccess, toDocumentAccess, type PrincipalNames } from "./document-access.ts";
import { toHashedImage } from "./document-images.ts";
import type { ModelItem } from "./document-schema.ts";

/** Whose document it is, and how they may know everything it names. */
export type Reading = {
  readonly snapshot: CatalogSnapshot;
  readonly actor: Actor;
  readonly names: PrincipalNames;
};

/** Every record that the actor may write, by id: what they can export, and what a plan compares with. */
export async function listWritableRecords(
  reading: Reading,
  { models }: Pick<Repositories, "models">,
): Promise<readonly ModelRecord[]> {
  const { snapshot, actor } = reading;
  const mayWrite = (entry: CatalogEntry) => snapshot.decide(actor.principal, "write", entry).allowed;
  const uids: string[] = [];
  for (const model of contentsOf(snapshot).models.rows) {
    const uid = model === undefined ? undefined : recordUidOf(model.entry);
    if (model !== undefined && uid !== undefined && mayWrite(model.entry)) uids.push(uid);
  }
  const records: ModelRecord[] = [];
  for (let at = 0; at < uids.length; at += limits.documentPage) {
    for (const record of await models.findMany(uids.slice(at, at + limits.documentPage))) {
      // the row may be newer than the snapshot, so the decision is made on the row
      const entry = entryOf(snapshot, record);
      if (entry !== undefined && mayWrite(withRecord(entry, record))) records.push(record);
    }
  }
  return records;
}

export function entryOf(snapshot: CatalogSnapshot, record: ModelRecord): CatalogEntry | undefined {
  return snapshot.findByUid(record.kind === "custom" ? record.uid : record.base.uid);
}

/** The whole item of a stored record, in the canonical form. */
export function toModelItem(reading: Reading, record: ModelRecord): ModelItem {
  const { snapshot, names } = reading;
  const entry = entryOf(snapshot, record);
  return {
    id: entry === undefined ? record.id : publicNameOf(snapshot, entry),
    baseModelId: record.kind === "custom" ? baseNameOf(reading, record) : null,
    name: record.name,
    ...(record.kind === "custom" && { owner: record.ownerId === null ? null : names.ofUser(record.ownerId) }),
    isActive: record.isActive,
    access: toDocumentAccess(record.access, names),
    params: sortKeys(record.params),
    paramModes: sortKeys(record.paramModes),
    meta: sortKeys(record.meta),
  };
}

/** The item with the names as the installation writes them, so that equal things compare equal. */
export async function toCanonicalModelItem(reading: Reading, item: ModelItem): Promise<ModelItem> {
  const { id, baseModelId, name, owner, isActive, access, params, paramModes, meta } = item;
  return {
    id: canonicalName(reading, id),
    ...(baseModelId !== undefined && {
      baseModelId: baseModelId === null ? null : canonicalName(reading, baseModelId),
    }),
    ...(name !== undefined && { name }),
    ...(owner !== undefined && {
      owner: owner === null ? null : reading.names.ofUser(reading.names.toUserId(owner)),
    }),
    ...(isActive !== undefined && { isActive }),
    ...(access !== undefined && { access: canonicalAccess(access, reading.names) }),
    ...(params !== undefined && { params: sortKeys(params) }),
    ...(paramModes !== undefined && { paramModes: sortKeys(paramModes) }),
    ...(meta !== undefined && { meta: sortKeys(await withHashedImage(meta)) }),
  };
}

/** What the actor may read is called as everybody calls it; anything else as the document does. */
export function canonicalName({ snapshot, actor }: Reading, name: ModelId): ModelId {
  const entry = snapshot.findByName(name);
  if (entry === undefined || !snapshot.decide(actor.principal, "read", entry).allowed) return name;
  return publicNameOf(snapshot, entry);
}

function baseNameOf({ snapshot, actor }: Reading, record: Extract<ModelRecord, { kind: "custom" }>): ModelId {
  const entry = record.base === null ? undefined : snapshot.findByUid(record.base.uid);
  const isReadable = entry !== undefined && snapshot.decide(actor.principal, "read", entry).allowed;
  // safe: it was the name of a model when it was stored
  return isReadable ? publicNameOf(snapshot, entry) : (record.baseId as ModelId);
}

/** A shadowed base model does not own its bare name, and is called through its connection. */
export function publicNameOf(snapshot: CatalogSnapshot, entry: CatalogEntry): ModelId {
  const id = entry.id as ModelId; // safe: names in the catalog were parsed when they came in
  if (entry.kind === "custom" || !entry.base.shadowed) return id;
  const [placement] = entry.base.placements;
  const connection = placement === undefined ? undefined : snapshot.findConnection(placement.connectionUid);
  return connection === undefined ? id : (`${connection.slug}/${id}` as ModelId); // safe: two checked names
}

async function withHashedImage(meta: ModelMeta): Promise<ModelMeta> {
  const { profile_image_url: url } = meta;
  return typeof url === "string" ? { ...meta, profile_image_url: await toHashedImage(url) } : meta;
}

import { randomUUID } from "node:crypto";
import {
  DomainError,
  type ModelRecord,
  type ModelRepository,
  type NewModelRecord,
  type RecordIdentity,
} from "@corral/core";
import { LockMode, type EntityManager } from "@mikro-orm/postgresql";
import { ModelRecordEntity } from "../entities/model-record.entity.ts";
import { findImage, keepImageForNow, storeImage } from "../images.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";
import { noGrants, readGrants, recordGrants, writeGrants } from "./grants.ts";
import { listVersions } from "./model-history.ts";
import { toEditableColumns, toModelRecords } from "./model-record-columns.ts";
import { claimNames } from "./public-names.ts";

export function createModelRepository({ em }: Session): ModelRepository {
  return {
    find: (uid) => find(em, uid),
    findMany: async (uids) =>
      toModelRecords(em, await em.find(ModelRecordEntity, { uid: { $in: uids.filter(isUid) } }, fresh)),
    async lockMany(uids) {
      // In one order everywhere, so that two of these wait for each other in a line, not a ring.
      const options = { ...fresh, lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { uid: "asc" } } as const;
      return toModelRecords(
        em,
        await em.find(ModelRecordEntity, { uid: { $in: uids.filter(isUid) } }, options),
      );
    },
    async findOverrideOf(baseUid) {
      if (!isUid(baseUid)) return undefined;
      const rows = await em.find(ModelRecordEntity, { overrideOf: baseUid }, fresh);
      return (await toModelRecords(em, rows))[0];
    },
    insert: (record, identity) => atomically(em, (inner) => insert(inner, record, identity)),
    update: (record) => atomically(em, (inner) => update(inner, record)),
    async delete(uid) {
      if (!isUid(uid)) return;
      await keepImageForNow(em, uid);
      await atomically(em, (inner) => inner.nativeDelete(ModelRecordEntity, { uid }));
    },
    async deleteAll() {
      await keepImageForNow(em, "all");
      return em.nativeDelete(ModelRecordEntity, {});
    },
    hasImage: async (hash) => (await findImage(em, hash)) !== undefined,
    async listVersions(uid) {
      const record = await find(em, uid);
      if (record === undefined) return [];
      const grants = (await readGrants(em, recordGrants, [uid])).get(uid) ?? noGrants;
      return listVersions(em, { record, grants });
    },
    async listDependants(base) {
      if (!isUid(base.uid)) return [];
      const where = base.kind === "base" ? { baseBaseUid: base.uid } : { baseRecordUid: base.uid };
      return toModelRecords(
        em,
        await em.find(ModelRecordEntity, where, { ...fresh, orderBy: { id: "asc", uid: "asc" } }),
      );
    },
  };
}

async function find(em: EntityManager, uid: string): Promise<ModelRecord | undefined> {
  if (!isUid(uid)) return undefined;
  return (await toModelRecords(em, await em.find(ModelRecordEntity, { uid }, fresh)))[0];
}

async function insert(
  em: EntityManager,
  record: NewModelRecord,
  identity: RecordIdentity | undefined,
): Promise<ModelRecord> {
  const uid = identity?.uid ?? randomUUID();
  const { meta, imageHash } = await storeImage(em, record.meta);
  await em.insert(ModelRecordEntity, {
    uid,
    kind: record.kind,
    id: record.kind === "custom" ? record.id : null,
    overrideOf: record.kind === "override" ? record.base.uid : null,
    createdBy: record.createdBy,
    ...toEditableColumns(record),
    meta,
    imageHash,
    ...(identity && { revision: identity.revision, createdAt: new Date(identity.createdAt) }),
  });
  if (record.kind === "custom") await claimNames(em, { recordUid: uid, id: record.id });
  await writeGrants(em, recordGrants, { uid, access: record.access });
  return getStored(em, uid);
}

async function update(em: EntityManager, record: ModelRecord): Promise<ModelRecord> {
  const { uid, revision, kind } = record;
  const { meta, imageHash } = await storeImage(em, record.meta);
  if (isUid(uid)) await keepImageForNow(em, uid);
  // One statement: of many writers on one revision, the row's lock lets the first through and shows it to the others.
  const changed = isUid(uid)
    ? await em.nativeUpdate(
        ModelRecordEntity,
        { uid, revision, kind },
        { ...toEditableColumns(record), meta, imageHash, revision: revision + 1, updatedAt: new Date() },
      )
    : 0;
  if (changed === 0) throw await toConflict(em, uid);
  await writeGrants(em, recordGrants, { uid, access: record.access });
  return getStored(em, uid);
}

async function toConflict(em: EntityManager, uid: string): Promise<DomainError> {
  const current = await find(em, uid);
  if (current === undefined) return new DomainError("model_not_found");
  return new DomainError("revision_conflict", undefined, { details: { current } });
}

async function getStored(em: EntityManager, uid: string): Promise<ModelRecord> {
  const stored = await find(em, uid);
  if (stored === undefined) throw new DomainError("model_not_found");
  return stored;
}

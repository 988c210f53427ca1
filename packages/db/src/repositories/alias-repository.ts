import { randomUUID } from "node:crypto";
import { DomainError, type Alias, type AliasRepository, type AliasTarget, type NewAlias } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { AliasEntity, AliasTargetEntity } from "../entities/alias.entity.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";
import { toBaseReference } from "./model-record-columns.ts";
import { claimNames, freeNames, settleNames, takeNames } from "./public-names.ts";

export function createAliasRepository({ em }: Session): AliasRepository {
  return {
    list: () => list(em),
    find: (uid) => find(em, uid),
    insert: (alias, options) => atomically(em, (inner) => insert(inner, alias, options?.takeName === true)),
    update: (alias) => atomically(em, (inner) => update(inner, alias)),
    delete: (uid) =>
      atomically(em, async (inner) => {
        if (!isUid(uid)) return;
        const keys = await freeNames(inner, { aliasUid: uid });
        await inner.nativeDelete(AliasEntity, { uid });
        await settleNames(inner, keys);
      }),
    async listTargeting({ kind, uid }) {
      if (!isUid(uid)) return [];
      const where = kind === "base" ? { baseUid: uid } : { recordUid: uid };
      const targets = await em.find(AliasTargetEntity, where, { ...fresh, fields: ["aliasUid"] });
      return list(
        em,
        targets.map(({ aliasUid }) => aliasUid),
      );
    },
  };
}

async function insert(em: EntityManager, alias: NewAlias, takeName: boolean): Promise<Alias> {
  const uid = randomUUID();
  await em.insert(AliasEntity, { uid, id: alias.id, description: alias.description });
  await insertTargets(em, uid, alias.targets);
  const bases = alias.targets.flatMap(({ model }) => (model?.kind === "base" ? model.uid : []));
  if (takeName) await takeNames(em, { aliasUid: uid, id: alias.id }, bases);
  await claimNames(em, { aliasUid: uid, id: alias.id });
  return getStored(em, uid);
}

async function update(em: EntityManager, alias: Alias): Promise<Alias> {
  const { uid, revision, description } = alias;
  const changed = isUid(uid)
    ? await em.nativeUpdate(
        AliasEntity,
        { uid, revision },
        { description, revision: revision + 1, updatedAt: new Date() },
      )
    : 0;
  if (changed === 0) {
    const current = await find(em, uid);
    if (current === undefined) throw new DomainError("model_not_found");
    throw new DomainError("revision_conflict", undefined, { details: { current } });
  }
  await em.nativeDelete(AliasTargetEntity, { aliasUid: uid });
  await insertTargets(em, uid, alias.targets);
  return getStored(em, uid);
}

async function insertTargets(
  em: EntityManager,
  aliasUid: string,
  targets: readonly AliasTarget[],
): Promise<void> {
  const rows = targets.map(({ model, id, weight }, position) => ({
    aliasUid,
    position,
    baseUid: model?.kind === "base" ? model.uid : null,
    recordUid: model?.kind === "record" ? model.uid : null,
    targetId: id,
    weight,
  }));
  await em.insertMany(AliasTargetEntity, rows);
}

/** @param uids Absent: all. */
async function list(em: EntityManager, uids?: readonly string[]): Promise<Alias[]> {
  const rows = await em.find(AliasEntity, uids === undefined ? {} : { uid: { $in: [...uids] } }, {
    ...fresh,
    orderBy: { id: "asc", uid: "asc" },
  });
  const targets = await em.find(
    AliasTargetEntity,
    { aliasUid: { $in: rows.map(({ uid }) => uid) } },
    { ...fresh, orderBy: { position: "asc" } },
  );
  return rows.map(({ uid, id, description, revision, createdAt, updatedAt }) => ({
    uid,
    id,
    description,
    targets: targets
      .filter(({ aliasUid }) => aliasUid === uid)
      .map((target) => ({
        model: toBaseReference(target.baseUid, target.recordUid),
        id: target.targetId,
        weight: target.weight,
      })),
    revision,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }));
}

async function find(em: EntityManager, uid: string): Promise<Alias | undefined> {
  return isUid(uid) ? (await list(em, [uid]))[0] : undefined;
}

async function getStored(em: EntityManager, uid: string): Promise<Alias> {
  const stored = await find(em, uid);
  if (stored === undefined) throw new DomainError("model_not_found");
  return stored;
}

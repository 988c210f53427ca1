import { randomUUID } from "node:crypto";
import {
  baseNameKey,
  DomainError,
  modelMetaSchema,
  modelParamsSchema,
  paramModesSchema,
  type BaseNameOverride,
  type BaseNameRepository,
  type BaseNameSettings,
} from "@corral/core";
import type { EntityManager, InferEntity } from "@mikro-orm/postgresql";
import { BaseNameOverrideEntity } from "../entities/base-name-override.entity.ts";
import { storeImage, withImage } from "../images.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";

export function createBaseNameRepository({ em }: Session): BaseNameRepository {
  return {
    async list() {
      const orderBy = { key: "asc" } as const;
      return (await em.find(BaseNameOverrideEntity, {}, { ...fresh, orderBy })).map(toOverride);
    },
    async findMany(uids) {
      const where = { uid: { $in: uids.filter(isUid) } };
      return (await em.find(BaseNameOverrideEntity, where, fresh)).map(toOverride);
    },
    find: (name) => find(em, name),
    insert: (settings) =>
      atomically(em, async (inner) => {
        const key = baseNameKey(settings.name);
        await inner.insert(BaseNameOverrideEntity, {
          uid: randomUUID(),
          key,
          ...(await toColumns(inner, settings)),
        });
        return getStored(inner, settings.name);
      }),
    update: ({ revision, ...settings }) =>
      atomically(em, async (inner) => {
        const changed = await inner.nativeUpdate(
          BaseNameOverrideEntity,
          { key: baseNameKey(settings.name), revision },
          { ...(await toColumns(inner, settings)), revision: revision + 1, updatedAt: new Date() },
        );
        const current = await getStored(inner, settings.name);
        if (changed === 0) throw new DomainError("revision_conflict", undefined, { details: { current } });
        return current;
      }),
    async delete(name) {
      const deleted = await em.nativeDelete(BaseNameOverrideEntity, { key: baseNameKey(name) });
      if (deleted === 0) throw new DomainError("base_name_not_found");
    },
  };
}

async function toColumns(em: EntityManager, { name, params, paramModes, meta }: BaseNameSettings) {
  return { name, params, paramModes, ...(await storeImage(em, meta)) };
}

async function find(em: EntityManager, name: string): Promise<BaseNameOverride | undefined> {
  const row = await em.findOne(BaseNameOverrideEntity, { key: baseNameKey(name) }, fresh);
  return row === null ? undefined : toOverride(row);
}

async function getStored(em: EntityManager, name: string): Promise<BaseNameOverride> {
  const stored = await find(em, name);
  if (stored === undefined) throw new DomainError("base_name_not_found");
  return stored;
}

function toOverride(row: InferEntity<typeof BaseNameOverrideEntity>): BaseNameOverride {
  return {
    uid: row.uid,
    name: row.name,
    params: modelParamsSchema.parse(row.params),
    paramModes: paramModesSchema.parse(row.paramModes),
    meta: withImage(modelMetaSchema.parse(row.meta), row.imageHash),
    revision: row.revision,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

import {
  modelMetaSchema,
  modelParamsSchema,
  paramModesSchema,
  type BaseAccess,
  type BaseReference,
  type ModelId,
  type ModelRecord,
  type NewModelRecord,
} from "@corral/core";
import { type EntityManager, type InferEntity } from "@mikro-orm/postgresql";
import type { z } from "zod";
import { BaseModelEntity } from "../entities/base-model.entity.ts";
import type { ModelRecordEntity } from "../entities/model-record.entity.ts";
import { withImage } from "../images.ts";
import { fresh } from "../session.ts";
import { readGrants, recordGrants, toAccess, type GrantLists } from "./grants.ts";

type Row = InferEntity<typeof ModelRecordEntity>;

/** What a record is made from. The JSON columns are parsed on the way. */
export type RecordRow = Omit<Row, "params" | "paramModes" | "meta"> & {
  readonly params: unknown;
  readonly paramModes: unknown;
  readonly meta: unknown;
};

/** The columns that an update replaces too. */
export function toEditableColumns(record: NewModelRecord | ModelRecord) {
  const common = {
    name: record.name,
    params: record.params,
    paramModes: record.paramModes,
    accessKind: record.access.kind,
    isActive: record.isActive,
  };
  if (record.kind === "override") return common;
  return {
    ...common,
    ownerId: record.ownerId,
    baseBaseUid: record.base?.kind === "base" ? record.base.uid : null,
    baseRecordUid: record.base?.kind === "record" ? record.base.uid : null,
    baseId: record.baseId,
    ...toBaseAccessColumns(record.baseAccess),
  };
}

/** Rows with what stands in other tables: grants, and the names of the base models that overrides follow. */
export async function toModelRecords(em: EntityManager, rows: readonly Row[]): Promise<ModelRecord[]> {
  const grants = await readGrants(
    em,
    recordGrants,
    rows.filter((row) => row.accessKind === "restricted").map((row) => row.uid),
  );
  const baseUids = rows.flatMap((row) => row.overrideOf ?? []);
  const bases =
    baseUids.length === 0 ? [] : await em.find(BaseModelEntity, { uid: { $in: baseUids } }, fresh);
  const baseIds = new Map(bases.map((base) => [base.uid, base.publicId]));
  return rows.map((row) =>
    toModelRecord(row, grants.get(row.uid), row.id ?? baseIds.get(row.overrideOf ?? "") ?? ""),
  );
}

/** @throws Error for a column that does not hold what it should. */
export function toModelRecord(row: RecordRow, grants: GrantLists | undefined, id: string): ModelRecord {
  const common = {
    uid: row.uid,
    id: id as ModelId, // safe: it was parsed when it was stored
    name: row.name,
    params: parseColumn(modelParamsSchema, row, "params"),
    paramModes: parseColumn(paramModesSchema, row, "paramModes"),
    meta: withImage(parseColumn(modelMetaSchema, row, "meta"), row.imageHash),
    isActive: row.isActive,
    access: toAccess(row.accessKind, grants),
    createdBy: row.createdBy ?? null,
    revision: row.revision,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
  if (row.kind === "override") {
    return { ...common, kind: "override", base: { kind: "base", uid: row.overrideOf ?? "" } };
  }
  return {
    ...common,
    kind: "custom",
    ownerId: row.ownerId ?? null,
    base: toBaseReference(row.baseBaseUid, row.baseRecordUid),
    baseId: row.baseId ?? "",
    baseAccess: toBaseAccess(row.baseAccess, row.vouchedBy),
  };
}

export function toBaseReference(
  baseUid: string | null | undefined,
  recordUid: string | null | undefined,
): BaseReference | null {
  if (baseUid) return { kind: "base", uid: baseUid };
  return recordUid ? { kind: "record", uid: recordUid } : null;
}

/** A person's vouch dies with the account: it must not become the role's, which is the wider one. */
export function toBaseAccess(kind: Row["baseAccess"], vouchedBy: string | null | undefined): BaseAccess {
  if (kind === "delegate_by_role") return { kind: "delegate", by: null };
  return kind === "delegate_by_user" && vouchedBy ? { kind: "delegate", by: vouchedBy } : { kind: "inherit" };
}

function toBaseAccessColumns(access: BaseAccess): Pick<Row, "baseAccess" | "vouchedBy"> {
  if (access.kind === "inherit") return { baseAccess: "inherit", vouchedBy: null };
  return access.by === null
    ? { baseAccess: "delegate_by_role", vouchedBy: null }
    : { baseAccess: "delegate_by_user", vouchedBy: access.by };
}

function parseColumn<T>(schema: z.ZodType<T>, row: RecordRow, column: "params" | "paramModes" | "meta"): T {
  const parsed = schema.safeParse(row[column]);
  if (parsed.success) return parsed.data;
  throw new Error(`Column ${column} of model record ${row.uid} does not hold what it should.`, {
    cause: parsed.error,
  });
}

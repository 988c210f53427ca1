import type { ModelMeta, ModelParams, ParamModes } from "@corral/core";
import type { AccessControl, AccessLevel } from "@corral/access-control";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { BaseModelEntity } from "./base-model.entity.ts";
import { GroupEntity } from "./group.entity.ts";
import { ImageEntity } from "./image.entity.ts";
import { UserEntity } from "./user.entity.ts";
import { moveRevision, watchTable } from "./watch-table.ts";

const contents = [
  "revision",
  "id",
  "name",
  "override_of",
  "base_base_uid",
  "base_record_uid",
  "base_id",
].concat(
  ["base_access", "vouched_by", "owner_id", "created_by", "params", "param_modes", "meta", "image_hash"],
  ["access_kind", "is_active"],
);

/**
 * What a person stored: an override of a base model, or a custom model. An override has no id of its own, so that it
 * follows its base.
 */
export const ModelRecordEntity = defineEntity({
  name: "ModelRecord",
  tableName: "model_records",
  properties: {
    uid: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    kind: p.text().$type<"override" | "custom">(),
    id: p.text().nullable(),
    name: p.text(),
    /** No delete rule: a base model with an override stays. */
    overrideOf: () =>
      p.oneToOne(BaseModelEntity).mapToPk().fieldName("override_of").nullable().deleteRule("no action"),
    baseBaseUid: () =>
      p
        .manyToOne(BaseModelEntity)
        .mapToPk()
        .fieldName("base_base_uid")
        .nullable()
        .deleteRule("set null")
        .index(),
    baseRecordUid: () =>
      p
        .manyToOne(ModelRecordEntity)
        .mapToPk()
        .fieldName("base_record_uid")
        .nullable()
        .deleteRule("set null")
        .index(),
    baseId: p.text().nullable(),
    /** Who vouches is spelled out, so that a deleted account cannot turn its vouch into one of the role. */
    baseAccess: p.text().$type<"inherit" | "delegate_by_role" | "delegate_by_user">().default("inherit"),
    vouchedBy: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("vouched_by").nullable().deleteRule("set null").index(),
    ownerId: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("owner_id").nullable().deleteRule("set null").index(),
    createdBy: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("created_by").nullable().deleteRule("set null").index(),
    params: p.json<ModelParams>(),
    paramModes: p.json<ParamModes>(),
    meta: p.json<ModelMeta>(),
    imageHash: () =>
      p.manyToOne(ImageEntity).mapToPk().fieldName("image_hash").nullable().deleteRule("no action").index(),
    accessKind: p.text().$type<AccessControl["kind"]>(),
    isActive: p.boolean().default(true),
    revision: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  checks: [
    { name: "model_records_kind_check", expression: "kind in ('override', 'custom')" },
    {
      name: "model_records_shape_check",
      expression:
        "case kind when 'override' then override_of is not null and id is null and owner_id is null " +
        "and base_id is null and num_nonnulls(base_base_uid, base_record_uid) = 0 " +
        "else override_of is null and id is not null and base_id is not null " +
        "and num_nonnulls(base_base_uid, base_record_uid) <= 1 and access_kind <> 'inherit' end",
    },
    {
      name: "model_records_access_check",
      expression: "access_kind in ('public', 'private', 'restricted', 'inherit')",
    },
    {
      name: "model_records_base_access_check",
      expression:
        "base_access in ('inherit', 'delegate_by_role', 'delegate_by_user') " +
        "and (base_access = 'delegate_by_user' or vouched_by is null)",
    },
  ],
  triggers: watchTable({
    table: "model_records",
    target: "record",
    uid: "uid",
    catalog: true,
    columns: contents,
  }).concat(moveRevision("model_records", contents)),
});

/** One right of one principal on one record. */
export const RecordGrantEntity = defineEntity({
  name: "RecordGrant",
  tableName: "record_grants",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    recordUid: () => p.manyToOne(ModelRecordEntity).mapToPk().fieldName("record_uid").deleteRule("cascade"),
    level: p.text().$type<AccessLevel>(),
    groupId: () =>
      p.manyToOne(GroupEntity).mapToPk().fieldName("group_id").deleteRule("cascade").nullable().index(),
    userId: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").nullable().index(),
  },
  uniques: [
    {
      name: "record_grants_unique",
      expression:
        "create unique index record_grants_unique on record_grants " +
        "(record_uid, level, group_id, user_id) nulls not distinct",
    },
  ],
  checks: [
    { name: "record_grants_level_check", expression: "level in ('read', 'write')" },
    { name: "record_grants_principal_check", expression: "num_nonnulls(group_id, user_id) = 1" },
  ],
  triggers: watchTable({
    table: "record_grants",
    target: "record",
    uid: "record_uid",
    catalog: true,
    columns: ["level", "group_id", "user_id"],
  }),
});

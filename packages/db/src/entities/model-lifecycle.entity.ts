import { defineEntity, p } from "@mikro-orm/postgresql";
import { ApiKeyEntity } from "./api-key.entity.ts";
import { BaseModelEntity } from "./base-model.entity.ts";
import { ModelRecordEntity } from "./model-record.entity.ts";
import { UserEntity } from "./user.entity.ts";
import { watchTable } from "./watch-table.ts";

/** That a model should no longer be used. A row of its own, so that a base model needs no override for it. */
export const ModelLifecycleEntity = defineEntity({
  name: "ModelLifecycle",
  tableName: "model_lifecycles",
  properties: {
    /** Of the model. */
    uid: p.uuid().primary(),
    baseUid: () =>
      p.oneToOne(BaseModelEntity).mapToPk().fieldName("base_uid").nullable().deleteRule("cascade"),
    recordUid: () =>
      p.oneToOne(ModelRecordEntity).mapToPk().fieldName("record_uid").nullable().deleteRule("cascade"),
    deprecatedAt: p.datetime(3).defaultRaw("now()"),
    retiresAt: p.datetime(3).nullable(),
    successorBaseUid: () =>
      p
        .manyToOne(BaseModelEntity)
        .mapToPk()
        .fieldName("successor_base_uid")
        .nullable()
        .deleteRule("set null")
        .index(),
    successorRecordUid: () =>
      p
        .manyToOne(ModelRecordEntity)
        .mapToPk()
        .fieldName("successor_record_uid")
        .nullable()
        .deleteRule("set null")
        .index(),
    note: p.text().default(""),
  },
  checks: [
    {
      name: "model_lifecycles_model_check",
      expression: "num_nonnulls(base_uid, record_uid) = 1 and uid = coalesce(base_uid, record_uid)",
    },
    {
      name: "model_lifecycles_successor_check",
      expression: "num_nonnulls(successor_base_uid, successor_record_uid) <= 1",
    },
  ],
  triggers: watchTable({
    table: "model_lifecycles",
    target: "lifecycle",
    uid: "uid",
    catalog: true,
    columns: ["deprecated_at", "retires_at", "successor_base_uid", "successor_record_uid", "note"],
  }),
});

/** When somebody last called a model or alias. Written often, so never a change. */
export const ModelUseEntity = defineEntity({
  name: "ModelUse",
  tableName: "model_uses",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    modelUid: p.uuid(),
    userId: () => p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").index(),
    keyId: () =>
      p.manyToOne(ApiKeyEntity).mapToPk().fieldName("key_id").nullable().deleteRule("cascade").index(),
    lastUsedAt: p.datetime(3),
  },
  uniques: [
    {
      name: "model_uses_unique",
      expression:
        "create unique index model_uses_unique on model_uses (model_uid, user_id, key_id) nulls not distinct",
    },
  ],
});

import { defineEntity, p } from "@mikro-orm/postgresql";
import { BaseModelEntity } from "./base-model.entity.ts";
import { ModelRecordEntity } from "./model-record.entity.ts";
import { moveRevision, watchTable } from "./watch-table.ts";

const contents = ["revision", "id", "description"];

/** A name that stands for one or more models. */
export const AliasEntity = defineEntity({
  name: "Alias",
  tableName: "aliases",
  properties: {
    uid: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    id: p.text(),
    description: p.text().default(""),
    revision: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  triggers: watchTable({
    table: "aliases",
    target: "alias",
    uid: "uid",
    catalog: true,
    columns: contents,
  }).concat(moveRevision("aliases", contents)),
});

/** A model that an alias stands for. One that was deleted stays as its former name, for repair. */
export const AliasTargetEntity = defineEntity({
  name: "AliasTarget",
  tableName: "alias_targets",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    aliasUid: () => p.manyToOne(AliasEntity).mapToPk().fieldName("alias_uid").deleteRule("cascade"),
    position: p.integer(),
    baseUid: () =>
      p.manyToOne(BaseModelEntity).mapToPk().fieldName("base_uid").nullable().deleteRule("set null").index(),
    recordUid: () =>
      p
        .manyToOne(ModelRecordEntity)
        .mapToPk()
        .fieldName("record_uid")
        .nullable()
        .deleteRule("set null")
        .index(),
    /** Its name when it was last set. */
    targetId: p.text(),
    weight: p.integer().default(1),
  },
  uniques: [{ name: "alias_targets_position_unique", properties: ["aliasUid", "position"] }],
  checks: [
    { name: "alias_targets_target_check", expression: "num_nonnulls(base_uid, record_uid) <= 1" },
    { name: "alias_targets_weight_check", expression: "weight >= 0 and weight <= 10000" },
  ],
  triggers: watchTable({
    table: "alias_targets",
    target: "alias",
    uid: "alias_uid",
    catalog: true,
    columns: ["position", "base_uid", "record_uid", "target_id", "weight"],
  }),
});

import { defineEntity, p } from "@mikro-orm/postgresql";
import { AliasEntity } from "./alias.entity.ts";
import { BaseModelEntity } from "./base-model.entity.ts";
import { ModelRecordEntity } from "./model-record.entity.ts";
import { watchTable } from "./watch-table.ts";

/** Who owns which public name. The one place where two of them can collide, so the primary key decides every race. */
export const PublicNameEntity = defineEntity({
  name: "PublicName",
  tableName: "public_names",
  properties: {
    /** NFC, case-folded, canonical for Ollama: see `publicNameKey`. */
    key: p.text().primary(),
    /** As it is written. */
    display: p.text(),
    baseUid: () =>
      p.manyToOne(BaseModelEntity).mapToPk().fieldName("base_uid").nullable().deleteRule("cascade").index(),
    recordUid: () =>
      p
        .manyToOne(ModelRecordEntity)
        .mapToPk()
        .fieldName("record_uid")
        .nullable()
        .deleteRule("cascade")
        .index(),
    aliasUid: () =>
      p.manyToOne(AliasEntity).mapToPk().fieldName("alias_uid").nullable().deleteRule("cascade").index(),
  },
  checks: [
    { name: "public_names_owner_check", expression: "num_nonnulls(base_uid, record_uid, alias_uid) = 1" },
  ],
  triggers: [
    ...watchTable({
      table: "public_names",
      as: "base_change",
      target: "base",
      uid: "base_uid",
      catalog: true,
      columns: ["key", "display", "base_uid"],
      detail: "parent",
    }),
    ...watchTable({
      table: "public_names",
      as: "record_change",
      target: "record",
      uid: "record_uid",
      catalog: true,
      columns: ["key", "display", "record_uid"],
      detail: "parent",
    }),
    ...watchTable({
      table: "public_names",
      as: "alias_change",
      target: "alias",
      uid: "alias_uid",
      catalog: true,
      columns: ["key", "display", "alias_uid"],
      detail: "parent",
    }),
  ],
});

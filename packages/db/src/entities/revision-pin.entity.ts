import type { PinnedConfig } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { ApiKeyEntity } from "./api-key.entity.ts";
import { ModelRecordEntity } from "./model-record.entity.ts";
import { UserEntity } from "./user.entity.ts";
import { watchTable } from "./watch-table.ts";

/** Holds a person, a key or a share of the callers to an earlier revision of a record. Replaced, never changed. */
export const RevisionPinEntity = defineEntity({
  name: "RevisionPin",
  tableName: "revision_pins",
  properties: {
    uid: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    recordUid: () =>
      p.manyToOne(ModelRecordEntity).mapToPk().fieldName("record_uid").deleteRule("cascade").index(),
    revision: p.integer(),
    userId: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("user_id").nullable().deleteRule("cascade").index(),
    keyId: () =>
      p.manyToOne(ApiKeyEntity).mapToPk().fieldName("key_id").nullable().deleteRule("cascade").index(),
    /** Of the callers, 1 to 100. */
    percent: p.integer().nullable(),
    /** A copy: the change log forgets old revisions. */
    config: p.json<PinnedConfig>(),
    createdBy: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("created_by").nullable().deleteRule("set null").index(),
    createdAt: p.datetime(3).defaultRaw("clock_timestamp()"),
  },
  checks: [
    { name: "revision_pins_target_check", expression: "num_nonnulls(user_id, key_id, percent) = 1" },
    { name: "revision_pins_percent_check", expression: "percent >= 1 and percent <= 100" },
  ],
  triggers: watchTable({
    table: "revision_pins",
    target: "record",
    uid: "record_uid",
    catalog: false,
    columns: ["record_uid", "user_id", "key_id", "percent", "revision"],
    hidden: ["config"],
  }),
});

import type { ModelMeta, ModelParams, ParamModes } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { ImageEntity } from "./image.entity.ts";
import { moveRevision, watchTable } from "./watch-table.ts";

const contents = ["revision", "key", "name", "params", "param_modes", "meta", "image_hash"];

/** What is said about every tag of one of Ollama's names at once. Stands alone: its name may have no model at all. */
export const BaseNameOverrideEntity = defineEntity({
  name: "BaseNameOverride",
  tableName: "base_name_overrides",
  properties: {
    uid: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    /** NFC, case-folded, without a tag. */
    key: p.text().unique(),
    /** As it is written. */
    name: p.text(),
    params: p.json<ModelParams>(),
    paramModes: p.json<ParamModes>(),
    meta: p.json<ModelMeta>(),
    imageHash: () =>
      p.manyToOne(ImageEntity).mapToPk().fieldName("image_hash").nullable().deleteRule("no action").index(),
    revision: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  triggers: watchTable({
    table: "base_name_overrides",
    target: "base_name",
    uid: "uid",
    catalog: true,
    columns: contents,
  }).concat(moveRevision("base_name_overrides", contents)),
});

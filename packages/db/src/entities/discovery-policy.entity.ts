import type { PolicyActions, PolicyMatch } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { ImageEntity } from "./image.entity.ts";
import { moveRevision, watchTable } from "./watch-table.ts";

const contents = ["revision", "name", "position", "enabled", "match", "actions", "image_hash"];

/** A rule for models that a listing brings for the first time. */
export const DiscoveryPolicyEntity = defineEntity({
  name: "DiscoveryPolicy",
  tableName: "discovery_policies",
  properties: {
    uid: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    name: p.text(),
    position: p.integer(),
    enabled: p.boolean().default(true),
    match: p.json<PolicyMatch>(),
    /** Without the picture, which is kept apart. */
    actions: p.json<PolicyActions>(),
    imageHash: () =>
      p.manyToOne(ImageEntity).mapToPk().fieldName("image_hash").nullable().deleteRule("no action").index(),
    revision: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  uniques: [
    {
      name: "discovery_policies_name_unique",
      expression: "create unique index discovery_policies_name_unique on discovery_policies (lower(name))",
    },
  ],
  triggers: watchTable({
    table: "discovery_policies",
    target: "policy",
    uid: "uid",
    catalog: false,
    columns: contents,
  }).concat(moveRevision("discovery_policies", contents)),
});

import type { ModelFacts } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { ConnectionEntity } from "./connection.entity.ts";
import { watchTable } from "./watch-table.ts";

/** What connections list, one row whatever the number of places. Whether it is shadowed is whether it owns a name. */
export const BaseModelEntity = defineEntity({
  name: "BaseModel",
  tableName: "base_models",
  properties: {
    uid: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    /** The public name it owns or asks for. */
    publicId: p.text(),
    /** Key of that name. */
    nameKey: p.text(),
    /** What makes two listings one model: prefix and name for Ollama, nothing elsewhere. */
    mergeKey: p.text().nullable().unique(),
    firstSeenAt: p.datetime(3),
    changedAt: p.datetime(3),
  },
  triggers: watchTable({
    table: "base_models",
    target: "base",
    uid: "uid",
    catalog: true,
    columns: ["public_id", "changed_at"],
    detail: "parent",
  }),
});

/** Where base models were served that outlived their connection, should it come back. */
export const ArchivedPlacementEntity = defineEntity({
  name: "ArchivedPlacement",
  tableName: "archived_placements",
  properties: {
    connectionUid: () =>
      p.manyToOne(ConnectionEntity).mapToPk().fieldName("connection_uid").deleteRule("cascade").primary(),
    upstreamId: p.text().primary(),
    baseUid: () => p.manyToOne(BaseModelEntity).mapToPk().fieldName("base_uid").deleteRule("cascade").index(),
    facts: p.json<ModelFacts>(),
  },
});

/** One place where a base model is served. */
export const PlacementEntity = defineEntity({
  name: "Placement",
  tableName: "placements",
  properties: {
    uid: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    baseUid: () => p.manyToOne(BaseModelEntity).mapToPk().fieldName("base_uid").deleteRule("cascade").index(),
    connectionUid: () =>
      p.manyToOne(ConnectionEntity).mapToPk().fieldName("connection_uid").deleteRule("cascade"),
    upstreamId: p.text(),
    facts: p.json<ModelFacts>(),
    missingSince: p.datetime(3).nullable(),
    /** The first of the listings in a row that lack it; too few of them to say that it is missing. */
    absentSince: p.datetime(3).nullable(),
  },
  uniques: [{ name: "placements_upstream_unique", properties: ["connectionUid", "upstreamId"] }],
  triggers: watchTable({
    table: "placements",
    target: "base",
    uid: "base_uid",
    catalog: true,
    columns: ["base_uid", "facts", "missing_since"],
    detail: "parent",
  }),
});

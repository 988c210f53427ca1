import type { ItemKind, JsonObject } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";

/**
 * Which document made or took an object. Without foreign keys: a mark outlives its object, so that a deletion by hand
 * shows. Not watched: it is no part of the catalog, and what was applied stands in the change log with its object.
 */
export const OwnerMarkEntity = defineEntity({
  name: "OwnerMark",
  tableName: "owner_marks",
  properties: {
    targetKind: p.text().$type<ItemKind>().primary(),
    targetUid: p.text().primary(),
    source: p.text(),
    name: p.text(),
    applied: p.json<JsonObject>(),
    appliedAt: p.datetime(3).defaultRaw("now()"),
  },
  indexes: [{ name: "owner_marks_source_index", properties: ["source"] }],
  checks: [
    {
      name: "owner_marks_kind_check",
      expression: "target_kind in ('settings', 'group', 'connection', 'policy', 'model', 'alias')",
    },
  ],
});

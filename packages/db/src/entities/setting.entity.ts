import type { JsonValue } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { watchTable } from "./watch-table.ts";

/** What administrators set for everybody, one row a topic. Values under `secret.` never reach the change log. */
export const SettingEntity = defineEntity({
  name: "Setting",
  tableName: "settings",
  properties: {
    key: p.text().primary(),
    value: p.json<JsonValue>(),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  triggers: watchTable({
    table: "settings",
    target: "settings",
    uid: "key",
    catalog: true,
    columns: ["value"],
  }),
});

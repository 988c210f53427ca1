import type { DiscoveryEvent, DiscoveryEventKind } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { ConnectionEntity } from "./connection.entity.ts";
import { watchTable } from "./watch-table.ts";

/** What listings brought, a bounded number for each connection. The base model may be gone: it has no foreign key. */
export const DiscoveryEventEntity = defineEntity({
  name: "DiscoveryEvent",
  tableName: "discovery_events",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    connectionUid: () =>
      p.manyToOne(ConnectionEntity).mapToPk().fieldName("connection_uid").deleteRule("cascade"),
    at: p.datetime(3),
    kind: p.text().$type<DiscoveryEventKind>(),
    baseUid: p.uuid(),
    upstreamId: p.text(),
    modelId: p.text(),
    changes: p.json<DiscoveryEvent["changes"]>(),
  },
  indexes: [{ name: "discovery_events_connection_index", properties: ["connectionUid", "id"] }],
  checks: [
    {
      name: "discovery_events_kind_check",
      expression: "kind in ('new', 'changed', 'gone_upstream', 'back')",
    },
  ],
  triggers: watchTable({
    table: "discovery_events",
    target: "discovery",
    uid: "connection_uid",
    catalog: false,
    columns: [],
    detail: "parent",
  }),
});

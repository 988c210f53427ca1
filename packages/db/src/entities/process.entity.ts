import { defineEntity, p } from "@mikro-orm/postgresql";

/**
 * The processes that serve this database. Unlogged: it is written every second, and means nothing after a crash of
 * PostgreSQL, which empties it. See docs/decisions/0023.
 */
export const ProcessEntity = defineEntity({
  name: "Process",
  tableName: "processes",
  properties: {
    id: p.uuid().primary(),
    startedAt: p.datetime(3).defaultRaw("clock_timestamp()"),
    leaseUntil: p.datetime(3),
    /** The number of this epoch up to which it shows everything. */
    epoch: p.text(),
    confirmed: p.bigint("number"),
  },
});

/**
 * One row: since when `processes` can be believed. It is lost together with that table, and whoever writes it anew knows
 * that processes may hold leases that stand nowhere any more.
 */
export const ProcessCensusEntity = defineEntity({
  name: "ProcessCensus",
  tableName: "process_census",
  properties: {
    id: p.smallint().primary().autoincrement(false).default(1),
    since: p.datetime(3).defaultRaw("clock_timestamp()"),
  },
  checks: [{ name: "process_census_one_row_check", expression: "id = 1" }],
});

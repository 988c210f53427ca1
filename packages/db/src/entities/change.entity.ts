import type { JsonObject } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";

/** One row: how far the database has come. Its lock makes the order of commits the order of numbers. */
export const ChangeCounterEntity = defineEntity({
  name: "ChangeCounter",
  tableName: "change_counter",
  properties: {
    id: p.smallint().primary().autoincrement(false).default(1),
    /** Made anew by a restore, so that old numbers mean nothing. */
    epoch: p.text(),
    /** Number of the last transaction that changed anything watched. */
    change: p.bigint("number").defaultRaw("0"),
    /** Number of the last one that may alter a list. */
    catalog: p.bigint("number").defaultRaw("0"),
    /** Up to here the log was cut. */
    pruned: p.bigint("number").defaultRaw("0"),
  },
  checks: [{ name: "change_counter_one_row_check", expression: "id = 1" }],
});

/**
 * History, audit, change feed and undo in one append-only log, written by triggers alone. One `n` a transaction.
 * Without foreign keys: it outlives what it tells of.
 */
export const ChangeEntity = defineEntity({
  name: "Change",
  tableName: "changes",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    n: p.bigint("number"),
    /** The same number where a list may be altered. */
    catalogN: p.bigint("number").nullable(),
    at: p.datetime(3).defaultRaw("clock_timestamp()"),
    /** A user's id, `system`, or `database` for a writer that did not say who it is. */
    actorId: p.text(),
    actingAs: p.text().nullable(),
    action: p.text(),
    targetKind: p.text(),
    targetUid: p.text(),
    revision: p.integer().nullable(),
    before: p.json<JsonObject>().nullable(),
    after: p.json<JsonObject>().nullable(),
    requestId: p.text().nullable(),
    /** The change that this one takes back. */
    undoes: p.bigint("number").nullable(),
  },
  indexes: [
    { name: "changes_n_target_index", properties: ["n", "targetKind", "targetUid"] },
    { name: "changes_target_index", properties: ["targetKind", "targetUid", "n"] },
  ],
  triggers: [
    // Its twin against `truncate` stands in the migration alone: the comparison of schemas does not see that kind.
    {
      name: "changes_append_only",
      timing: "before",
      events: ["update", "delete"],
      expression:
        "create trigger changes_append_only before update or delete on changes " +
        "for each row execute function corral_refuse_rewriting()",
    },
  ],
});

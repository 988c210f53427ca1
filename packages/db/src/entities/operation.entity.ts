import type { OperationAuthor, OperationKind, Operation, OutcomeCounts } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { UserEntity } from "./user.entity.ts";

/**
 * A write of many models. Not watched: what it writes is, and nothing in memory depends on it.
 */
export const OperationEntity = defineEntity({
  name: "Operation",
  tableName: "operations",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    kind: p.text().$type<OperationKind>(),
    actorId: () => p.manyToOne(UserEntity).mapToPk().fieldName("actor_id").nullable().deleteRule("set null"),
    /** In whose name it goes on after a restart. */
    author: p.json<OperationAuthor>(),
    state: p.text().$type<Operation["state"]>(),
    total: p.integer(),
    counts: p.json<OutcomeCounts>(),
    /** Without a foreign key: it may be forgotten earlier. */
    undoes: p.uuid().nullable(),
    createdAt: p.datetime(3).defaultRaw("clock_timestamp()"),
    /** When a part of it was written last. */
    touchedAt: p.datetime(3).defaultRaw("clock_timestamp()"),
    finishedAt: p.datetime(3).nullable(),
  },
  indexes: [
    { name: "operations_actor_id_index", properties: ["actorId", "createdAt"] },
    { name: "operations_created_at_index", properties: ["createdAt"] },
  ],
  checks: [{ name: "operations_state_check", expression: "state in ('running', 'done', 'failed')" }],
});

/** One transaction of an operation. */
export const OperationChunkEntity = defineEntity({
  name: "OperationChunk",
  tableName: "operation_chunks",
  properties: {
    operationId: () =>
      p.manyToOne(OperationEntity).mapToPk().fieldName("operation_id").deleteRule("cascade").primary(),
    index: p.integer().primary(),
    /** What is to be written, as JSON that may hold any text; empty once it is. */
    work: p.text().nullable(),
    results: p.json<readonly unknown[]>().nullable(),
    /** Number of its transaction, where that changed anything. */
    change: p.bigint("number").nullable().index(),
  },
});

import {
  countOutcomes,
  limits,
  type Chunk,
  type ChunkWork,
  type ItemResult,
  type NewOperation,
  type Operation,
  type OperationAuthor,
  type OperationKind,
  type OperationRepository,
  type OutcomeCounts,
} from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { isUid, type Session } from "../session.ts";
import { findChangeOf, listRecordChanges } from "./record-changes.ts";

export function createOperationRepository({ em }: Session): OperationRepository {
  return {
    async insertDone(operation, results) {
      const id = await insert(em, operation);
      await sql`insert into operation_chunks (operation_id, index) values (${id}, 0)`.execute(em.getKysely());
      await finishChunk(em, { id, index: 0 }, results);
      return id;
    },
    async insertPlanned(operation, work) {
      const id = await insert(em, operation);
      for (const [index, part] of work.entries()) {
        await sql`
          insert into operation_chunks (operation_id, index, work) values (${id}, ${index}, ${JSON.stringify(part)})
        `.execute(em.getKysely());
      }
      return id;
    },
    find: (id) => find(em, id),
    list: (query) => list(em, query),
    listResults: (id, page) => listResults(em, id, page),
    async listChanges(id) {
      const { rows } = await sql<{ change: string }>`
        select change from operation_chunks where operation_id = ${id} and change is not null order by index desc
      `.execute(em.getKysely());
      return rows.map(({ change }) => Number(change));
    },
    findNextChunk: (id) => findNextChunk(em, id),
    async lockChunk(id, index) {
      const { rows } = await sql`
        select from operation_chunks where operation_id = ${id} and index = ${index} and work is not null for update
      `.execute(em.getKysely());
      return rows.length === 1;
    },
    finishChunk: (id, index, results) => finishChunk(em, { id, index }, results),
    async fail(id) {
      await sql`
        update operations set state = 'failed', finished_at = clock_timestamp()
        where id = ${id} and state = 'running'
      `.execute(em.getKysely());
    },
    async listAbandoned(afterMs) {
      const { rows } = await sql<{ id: string }>`
        select id from operations where state = 'running'
          and touched_at < clock_timestamp() - make_interval(secs => ${afterMs / 1000})
        order by created_at
      `.execute(em.getKysely());
      return rows.map(({ id }) => id);
    },
    listRecordChanges: (change, uid) => listRecordChanges(em, change, uid),
    findChangeOf: (record) => findChangeOf(em, record),
  };
}

async function insert(em: EntityManager, operation: NewOperation): Promise<string> {
  const { kind, author, total, undoes } = operation;
  await sql`
    delete from operations where state <> 'running' and created_at < now() - make_interval(days => ${limits.operationDays})
  `.execute(em.getKysely());
  const { rows } = await sql<{ id: string }>`
    insert into operations (kind, actor_id, author, state, total, counts, undoes)
    values (${kind}, ${author.actorId}, ${JSON.stringify(author)}::jsonb, 'running', ${total},
      ${JSON.stringify(countOutcomes([]))}::jsonb, ${undoes})
    returning id
  `.execute(em.getKysely());
  return rows[0]?.id ?? "";
}

/** Takes the transaction's number, which ends what is watched; this table is not. */
async function finishChunk(
  em: EntityManager,
  { id, index }: { readonly id: string; readonly index: number },
  results: readonly ItemResult[],
): Promise<void> {
  await em.flush();
  const kysely = em.getKysely();
  // What changed is in the change log; here only what became of it.
  const kept = results.map((result) => ({ ...result, changes: [] }));
  await sql`
    update operation_chunks set work = null, results = ${toStorableJson(kept)}::jsonb, change = corral_finish()
    where operation_id = ${id} and index = ${index}
  `.execute(kysely);
  await sql`
    update operations set touched_at = clock_timestamp(), counts = (
      select jsonb_object_agg(key, value::int + (${JSON.stringify(countOutcomes(results))}::jsonb ->> key)::int)
      from jsonb_each_text(counts)
    ) where id = ${id}
  `.execute(kysely);
  await sql`
    update operations set state = 'done', finished_at = clock_timestamp() where id = ${id}
      and not exists (select from operation_chunks where operation_id = ${id} and work is not null)
  `.execute(kysely);
}

/** Messages may quote what callers sent, and with it characters that PostgreSQL does not keep in JSON. */
function toStorableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "string" ? inner.toWellFormed().replaceAll("\0", "\ufffd") : inner,
  );
}

type OperationRow = {
  readonly id: string;
  readonly kind: OperationKind;
  readonly actor_id: string | null;
  readonly state: Operation["state"];
  readonly total: number;
  readonly counts: OutcomeCounts;
  readonly undoes: string | null;
  readonly created_at: string;
  readonly finished_at: string | null;
};

const columns = sql`id, kind, actor_id, state, total, counts, undoes, created_at, finished_at`;

function toOperation(row: OperationRow): Operation {
  const { id, kind, state, total, counts, undoes } = row;
  return {
    id,
    kind,
    actorId: row.actor_id,
    state,
    total,
    counts,
    createdAt: new Date(row.created_at).toISOString(),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
    undoes,
  };
}

async function find(em: EntityManager, id: string): Promise<Operation | undefined> {
  if (!isUid(id)) return undefined;
  const { rows } = await sql<OperationRow>`select ${columns} from operations where id = ${id}`.execute(
    em.getKysely(),
  );
  return rows[0] && toOperation(rows[0]);
}

async function list(
  em: EntityManager,
  { actorId, offset, limit }: Parameters<OperationRepository["list"]>[0],
): ReturnType<OperationRepository["list"]> {
  const kysely = em.getKysely();
  const where = actorId === undefined ? sql`true` : sql`actor_id = ${actorId}`;
  const { rows } = await sql<OperationRow>`
    select ${columns} from operations where ${where}
    order by created_at desc, id offset ${offset} limit ${limit}
  `.execute(kysely);
  const counted = await sql<{ total: string }>`
    select count(*) as total from operations where ${where}
  `.execute(kysely);
  return { operations: rows.map(toOperation), total: Number(counted.rows[0]?.total ?? 0) };
}

async function listResults(
  em: EntityManager,
  id: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<readonly ItemResult[]> {
  const { rows } = await sql<{ result: ItemResult }>`
    select r.result from operation_chunks c,
      jsonb_array_elements(c.results) with ordinality as r (result, position)
    where c.operation_id = ${id} and c.results is not null
    order by c.index, r.position offset ${offset} limit ${limit}
  `.execute(em.getKysely());
  return rows.map(({ result }) => result);
}

async function findNextChunk(em: EntityManager, id: string): Promise<Chunk | undefined> {
  const { rows } = await sql<{
    readonly index: number;
    readonly work: string;
    readonly kind: OperationKind;
    readonly author: OperationAuthor;
  }>`
    select c.index, c.work, o.kind, o.author from operation_chunks c join operations o on o.id = c.operation_id
    where o.id = ${id} and o.state = 'running' and c.work is not null order by c.index limit 1
  `.execute(em.getKysely());
  const [row] = rows;
  if (row === undefined) return undefined;
  const { index, kind, author } = row;
  // safe: written above from a value of this type
  return { index, kind, author, work: JSON.parse(row.work) as ChunkWork };
}

import { DomainError, type ModelRecord, type RecordChange } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { BaseModelEntity } from "../entities/base-model.entity.ts";
import { fresh } from "../session.ts";
import { noGrants, readGrants, recordGrants, type GrantLists } from "./grants.ts";
import { afterLastReload, readRow, takeBackGrants, toRecord, type LoggedChange } from "./model-history.ts";
import type { RecordRow } from "./model-record-columns.ts";

/**
 * What a transaction made of records. Rights that were given or taken later, without a new revision, stay as they are
 * now: only what this transaction did to them is taken back.
 *
 * @throws DomainError `version_not_found` for a state that another release wrote and this one cannot read.
 */
export async function listRecordChanges(
  em: EntityManager,
  change: number,
  uid: string | undefined,
): Promise<readonly RecordChange[]> {
  const { rows } = await sql<LoggedChange & { readonly target_uid: string }>`
    select target_uid, before, after from changes
    where target_kind = 'record' and n = ${change} and ${afterLastReload}
      and ${uid === undefined ? sql`true` : sql`target_uid = ${uid}`}
    order by id
  `.execute(em.getKysely());
  const byUid = Map.groupBy(rows, (row) => row.target_uid);
  const spans = [...byUid].flatMap(([target, changes]) => toSpan(target, changes) ?? []);
  const grants = await readGrants(em, recordGrants, [...byUid.keys()]);
  const names = await readBaseNames(em, spans);
  const parse = (row: RecordRow | null, lists: GrantLists): ModelRecord | null => {
    if (row === null) return null;
    const record = toRecord(row, { grants: lists, id: row.id ?? names.get(row.overrideOf ?? "") ?? "" });
    if (record === undefined) throw unreadable(row.uid);
    return record;
  };
  return spans.map(({ uid: target, before, after, changes }) => {
    const now = grants.get(target) ?? noGrants;
    const earlier = takeBackGrants(changes.toReversed(), after === null ? noGrants : now);
    return { uid: target, before: parse(before, earlier), after: parse(after, now) };
  });
}

/** The newest transaction that made this revision, or deleted the record at it. */
export async function findChangeOf(
  em: EntityManager,
  { uid, revision }: { readonly uid: string; readonly revision: number },
): Promise<{ readonly change: number; readonly isShared: boolean } | undefined> {
  const { rows } = await sql<{ n: string; is_shared: boolean }>`
    select n::text, exists (select from operation_chunks c where c.change = changes.n) as is_shared from changes
    where target_kind = 'record' and target_uid = ${uid} and revision = ${revision}
      and coalesce(after, before) ? 'access_kind' and ${afterLastReload}
    order by changes.n desc, id desc limit 1
  `.execute(em.getKysely());
  const [row] = rows;
  return row && { change: Number(row.n), isShared: row.is_shared };
}

/** The first state and the last of one record within a transaction. */
type Span = {
  readonly uid: string;
  readonly before: RecordRow | null;
  readonly after: RecordRow | null;
  readonly changes: readonly LoggedChange[];
};

function toSpan(uid: string, changes: readonly LoggedChange[]): Span | undefined {
  const own = changes.filter(({ before, after }) => isRecordRow(before) || isRecordRow(after));
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const read = (row: unknown): RecordRow | null => {
    if (!isRecordRow(row)) return null;
    const parsed = readRow(row);
    if (parsed === undefined) throw unreadable(uid);
    return parsed;
  };
  return { uid, before: read(first.before), after: read(last.after), changes };
}

/** Rights and names of a record are logged under its uid too. */
function isRecordRow(value: unknown): boolean {
  return typeof value === "object" && value !== null && "access_kind" in value;
}

async function readBaseNames(
  em: EntityManager,
  spans: readonly Span[],
): Promise<ReadonlyMap<string, string>> {
  const uids = spans.flatMap(({ before, after }) => (after ?? before)?.overrideOf ?? []);
  if (uids.length === 0) return new Map();
  const bases = await em.find(BaseModelEntity, { uid: { $in: uids } }, fresh);
  return new Map(bases.map((base) => [base.uid, base.publicId]));
}

function unreadable(uid: string): DomainError {
  return new DomainError("version_not_found", `What the record ${uid} was cannot be read by this release.`);
}

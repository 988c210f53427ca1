import type { AuditLine, AuditLog, AuditQuery, JsonObject } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql, type RawBuilder } from "kysely";
import type { Session } from "../session.ts";

export function createAuditLog({ em }: Session): AuditLog {
  return {
    async note({ targetKind, targetUid, details }) {
      await sql`
        select corral_write_change(
          ${targetKind}, ${targetUid}, corral_take_number(false), false, null, ${JSON.stringify(details)}::jsonb, 'note'
        )
      `.execute(em.getKysely());
    },
    list: (query) => list(em, query),
  };
}

type Row = {
  readonly id: string;
  readonly n: string;
  readonly at: string;
  readonly actor_id: string;
  readonly acting_as: string | null;
  readonly action: string;
  readonly target_kind: string;
  readonly target_uid: string;
  readonly revision: number | null;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  readonly request_id: string | null;
  readonly undoes: string | null;
};

async function list(em: EntityManager, query: AuditQuery): Promise<readonly AuditLine[]> {
  const { rows } = await sql<Row>`
    select id, n, at, actor_id, acting_as, action, target_kind, target_uid, revision, before, after, request_id, undoes
    from changes where (before is not null or after is not null or target_kind = 'reload')
      and ${sql.join(toConditions(query), sql` and `)}
    order by id desc limit ${query.limit}
  `.execute(em.getKysely());
  return rows.map((row) => ({
    id: Number(row.id),
    change: Number(row.n),
    at: new Date(row.at).toISOString(),
    actorId: row.actor_id,
    actingAs: row.acting_as,
    action: row.action,
    target: { kind: row.target_kind, uid: row.target_uid },
    revision: row.revision,
    before: row.before,
    after: row.after,
    requestId: row.request_id,
    undoes: row.undoes === null ? null : Number(row.undoes),
  }));
}

function toConditions(query: AuditQuery): readonly RawBuilder<boolean>[] {
  const { targetKind, targetUid, actor, action, from, to, before } = query;
  const conditions = [
    targetKind !== undefined && sql<boolean>`target_kind = ${targetKind}`,
    targetUid !== undefined && sql<boolean>`target_uid = ${targetUid}`,
    actor !== undefined && sql<boolean>`actor_id = ${actor}`,
    action !== undefined &&
      (action.endsWith("*")
        ? sql<boolean>`starts_with(action, ${action.slice(0, -1)})`
        : sql<boolean>`action = ${action}`),
    from !== undefined && sql<boolean>`at >= ${from}`,
    to !== undefined && sql<boolean>`at < ${to}`,
    before !== undefined && sql<boolean>`id < ${before}`,
  ].filter((condition) => condition !== false);
  return conditions.length === 0 ? [sql<boolean>`true`] : conditions;
}

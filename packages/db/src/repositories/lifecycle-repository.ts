import { DomainError, type LifecycleRepository, type ModelUse, type NamingKey } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import type { Session } from "../session.ts";

export function createLifecycleRepository({ em }: Session): LifecycleRepository {
  return {
    set: ({ retiresAt, successor, note }, { kind, uid }) =>
      set(em, {
        uid,
        baseUid: kind === "base" ? uid : null,
        recordUid: kind === "record" ? uid : null,
        retiresAt,
        successorBaseUid: successor?.kind === "base" ? successor.uid : null,
        successorRecordUid: successor?.kind === "record" ? successor.uid : null,
        note,
      }),
    async clear(uid) {
      const { rows } = await sql`delete from model_lifecycles where uid = ${uid} returning uid`.execute(
        em.getKysely(),
      );
      return rows.length > 0;
    },
    noteUses: (uses) => noteUses(em, uses),
    async listUses(uids, { since, limit }) {
      const { rows } = await sql<{ userId: string; at: string }>`
        select user_id as "userId", max(last_used_at) as at from model_uses
        where model_uid = any(${uids}::uuid[]) and last_used_at >= ${since}
        group by 1 order by 2 desc, 1 limit ${limit}
      `.execute(em.getKysely());
      return rows.map(({ userId, at }) => ({ userId, at: new Date(at).toISOString() }));
    },
    async listKeysNaming(uids) {
      const { rows } = await sql<NamingKey>`
        select id, name, user_id as "userId" from api_keys
        where revoked_at is null and models -> 'uids' ?| ${uids}::text[]
        order by name, id
      `.execute(em.getKysely());
      return rows;
    },
  };
}

type Row = {
  readonly uid: string;
  readonly baseUid: string | null;
  readonly recordUid: string | null;
  readonly retiresAt: string | null;
  readonly successorBaseUid: string | null;
  readonly successorRecordUid: string | null;
  readonly note: string;
};

async function set(em: EntityManager, row: Row): Promise<void> {
  const kysely = em.getKysely();
  // Locked, so that two do not insert at once: "on conflict" minds the one key, and the other would be violated.
  const { rows: found } =
    row.baseUid === null
      ? await sql`select from model_records where uid = ${row.recordUid} for no key update`.execute(kysely)
      : await sql`select from base_models where uid = ${row.baseUid} for no key update`.execute(kysely);
  if (found.length === 0) throw new DomainError("model_not_found");
  await sql`
    insert into model_lifecycles (uid, base_uid, record_uid, retires_at, successor_base_uid, successor_record_uid, note)
    values (${row.uid}, ${row.baseUid}, ${row.recordUid}, ${row.retiresAt}, ${row.successorBaseUid},
      ${row.successorRecordUid}, ${row.note})
    on conflict (uid) do update set retires_at = excluded.retires_at,
      successor_base_uid = excluded.successor_base_uid, successor_record_uid = excluded.successor_record_uid,
      note = excluded.note
  `.execute(kysely);
}

/** Whoever went in the meantime is left out. */
async function noteUses(em: EntityManager, uses: readonly ModelUse[]): Promise<void> {
  const column = <K extends keyof ModelUse>(name: K) => uses.map((use) => use[name]);
  await sql`
    insert into model_uses (model_uid, user_id, key_id, last_used_at)
    select used.uid, used.user_id, used.key_id, used.at
    from unnest(${column("uid")}::uuid[], ${column("userId")}::uuid[], ${column("keyId")}::uuid[],
      ${column("at")}::timestamptz[]) as used (uid, user_id, key_id, at)
    join users on users.id = used.user_id left join api_keys on api_keys.id = used.key_id
    where used.key_id is null or api_keys.id is not null
    on conflict (model_uid, user_id, key_id) do update set last_used_at = excluded.last_used_at
      where model_uses.last_used_at < excluded.last_used_at
  `.execute(em.getKysely());
}

import type { OwnerMarkRepository } from "@corral/core";
import { sql } from "kysely";
import { OwnerMarkEntity } from "../entities/owner-mark.entity.ts";
import { fresh, type Session } from "../session.ts";

export function createOwnerMarkRepository({ em }: Session): OwnerMarkRepository {
  return {
    async list() {
      const rows = await em.find(
        OwnerMarkEntity,
        {},
        { ...fresh, orderBy: { targetKind: "asc", name: "asc", targetUid: "asc" } },
      );
      return rows.map(({ source, targetKind, targetUid, name, applied, appliedAt }) => ({
        source,
        kind: targetKind,
        uid: targetUid,
        name,
        applied,
        appliedAt: appliedAt.toISOString(),
      }));
    },
    async put(marks) {
      if (marks.length === 0) return;
      await sql`
        insert into owner_marks (target_kind, target_uid, source, name, applied)
        select kind, uid, source, name, applied from jsonb_to_recordset(${JSON.stringify(marks)}::jsonb)
          as m(kind text, uid text, source text, name text, applied jsonb)
        on conflict (target_kind, target_uid) do update
          set source = excluded.source, name = excluded.name, applied = excluded.applied, applied_at = now()
      `.execute(em.getKysely());
    },
    async removeGone(source) {
      await sql`
        delete from owner_marks m where source = ${source} and case target_kind
          when 'model' then not exists (select from model_records r where r.uid::text = m.target_uid)
          when 'group' then not exists (select from groups g where g.id::text = m.target_uid)
          when 'connection' then not exists (
            select from connections c where c.uid::text = m.target_uid and c.archived_at is null
          )
          when 'policy' then not exists (select from discovery_policies p where p.uid::text = m.target_uid)
          when 'alias' then not exists (select from aliases a where a.uid::text = m.target_uid)
          else false end
      `.execute(em.getKysely());
    },
    async remove(marks) {
      if (marks.length === 0) return;
      await sql`
        delete from owner_marks m using jsonb_to_recordset(${JSON.stringify(marks)}::jsonb) as g(kind text, uid text)
        where m.target_kind = g.kind and m.target_uid = g.uid
      `.execute(em.getKysely());
    },
  };
}

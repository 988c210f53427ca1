import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";

/** Deletes those of the base models that nobody serves and nothing stands on. The others keep their rows and names. */
export async function deleteUnusedBases(em: EntityManager, uids: readonly string[]): Promise<void> {
  if (uids.length === 0) return;
  await sql`
    delete from base_models b where uid = any(${uids}::uuid[])
      and not exists (select from placements p where p.base_uid = b.uid)
      and not exists (select from model_records r where r.override_of = b.uid or r.base_base_uid = b.uid)
      and not exists (select from alias_targets t where t.base_uid = b.uid)
  `.execute(em.getKysely());
}

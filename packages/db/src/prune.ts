import { limits } from "@corral/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { sql } from "kysely";

/** Less than what is always kept is the same as nothing. */
export type PruneOptions = {
  readonly keepHours?: number;
  readonly keepChanges?: number;
  readonly keepAuditDays?: number;
};
export type Pruned = { readonly changes: number; readonly images: number };

/** Lines that go in one statement: others who write wait for it. */
const batch = 10_000;
/** What is left after so many statements waits for the next time. */
const maxBatches = 100;

export async function prune(orm: MikroORM, options: PruneOptions = {}): Promise<Pruned> {
  const changes = await pruneChanges(orm, options);
  const deleted = await sql`
    delete from images i where used_at < now() - interval '1 day'
      and not exists (select from model_records r where r.image_hash = i.hash)
      and not exists (select from discovery_policies p where p.image_hash = i.hash)
  `.execute(orm.em.fork().getKysely());
  return { changes, images: Number(deleted.numAffectedRows ?? 0n) };
}

async function pruneChanges(orm: MikroORM, options: PruneOptions): Promise<number> {
  const hours = Math.max(options.keepHours ?? 0, limits.changeLogHours);
  const lines = Math.max(options.keepChanges ?? 0, limits.changeLogLines);
  const days = options.keepAuditDays ?? limits.auditDays;
  let removed = 0;
  for (let turn = 0; turn < maxBatches; turn += 1) {
    const { rows } = await sql<{ count: string }>`
      select corral_prune_changes(
        make_interval(hours => ${hours}), ${lines}, make_interval(days => ${days}), ${limits.historyChanges}, ${batch}
      ) as count
    `.execute(orm.em.fork().getKysely());
    const count = Number(rows[0]?.count ?? 0);
    removed += count;
    if (count < batch) break;
  }
  return removed;
}

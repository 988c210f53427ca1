import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { deleteUnusedBases } from "./unused-bases.ts";

/**
 * Makes everything that stands on one base model stand on another: its settings where the other has none, custom models,
 * aliases, successors, lists of models and of keys. Every table that stores the uid of a base model by reference has its statement here.
 *
 * The base model that is left goes with its places, unless it kept settings.
 */
export async function moveReferences(
  em: EntityManager,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const kysely = em.getKysely();
  await sql`
    update model_records r set override_of = ${to}, updated_at = now()
    where r.override_of = ${from} and not exists (select from model_records o where o.override_of = ${to})
  `.execute(kysely);
  await sql`
    update model_records r set base_base_uid = ${to}, base_id = b.public_id, updated_at = now()
    from base_models b where r.base_base_uid = ${from} and b.uid = ${to}
  `.execute(kysely);
  await moveAliasTargets(em, { from, to });
  await sql`
    update model_lifecycles set successor_base_uid = case when base_uid = ${to} then null else ${to}::uuid end
    where successor_base_uid = ${from}
  `.execute(kysely);
  await sql`
    update settings set value = replace(value::text, ${from}, ${to})::jsonb, updated_at = now()
    where key = 'models.presentation' and position(${from} in value::text) > 0
  `.execute(kysely);
  await sql`
    update api_keys set models = replace(models::text, ${from}, ${to})::jsonb
    where models is not null and position(${from} in models::text) > 0
  `.execute(kysely);
  await sql`delete from placements where base_uid = ${from}`.execute(kysely);
  await deleteUnusedBases(em, [from]);
}

/** An alias that already stands for both gives the one the weight of both. */
async function moveAliasTargets(
  em: EntityManager,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const kysely = em.getKysely();
  await sql`
    update aliases a set revision = revision + 1, updated_at = now()
    where exists (select from alias_targets t where t.alias_uid = a.uid and t.base_uid = ${from})
  `.execute(kysely);
  await sql`
    with both_kept as (
      update alias_targets t set weight = least(10000, t.weight + o.weight)
      from alias_targets o where o.alias_uid = t.alias_uid and t.base_uid = ${to} and o.base_uid = ${from}
      returning t.alias_uid
    )
    delete from alias_targets t using both_kept b where t.alias_uid = b.alias_uid and t.base_uid = ${from}
  `.execute(kysely);
  await sql`
    update alias_targets t set base_uid = ${to}, target_id = b.public_id
    from base_models b where t.base_uid = ${from} and b.uid = ${to}
  `.execute(kysely);
}

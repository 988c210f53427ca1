import type { ModelFacts } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql, type RawBuilder } from "kysely";

/** One listed model, with the base model it belongs to as far as that is known. */
export type WantedPlacement = {
  readonly upstreamId: string;
  readonly publicId: string;
  readonly nameKey: string;
  readonly mergeKey: string | null;
  readonly facts: ModelFacts;
  readonly baseUid: string | null;
};

/**
 * Renames base models that only this connection serves, as after a change of its prefix: what was stored about them
 * follows. Gives back those it renamed; the others are shared, or the new name already is another base model.
 */
export async function renameBases(
  em: EntityManager,
  where: { readonly connectionUid: string; readonly at: string },
  wanted: readonly WantedPlacement[],
): Promise<ReadonlySet<string>> {
  if (wanted.length === 0) return new Set();
  const { rows } = await sql<{ uid: string }>`
    with wanted as (${toRecordset(wanted)}), renamed as (
      update base_models b
      set public_id = w."publicId", name_key = w."nameKey", merge_key = w."mergeKey", changed_at = ${where.at}
      from wanted w where b.uid = w."baseUid"
        and not exists (
          select from placements p where p.base_uid = b.uid and p.connection_uid <> ${where.connectionUid}
        )
        and not exists (select from base_models o where o.merge_key = w."mergeKey" and o.uid <> b.uid)
      returning b.uid
    ), freed as (delete from public_names n using renamed r where n.base_uid = r.uid)
    select uid from renamed
  `.execute(em.getKysely());
  return new Set(rows.map(({ uid }) => uid));
}

/**
 * Makes the base models that do not exist yet, and gives back those it made. Ollama's are found by their merge key,
 * also when another process is making them.
 */
export async function ensureBases(
  em: EntityManager,
  at: string,
  wanted: readonly WantedPlacement[],
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const { rows } = await sql<{ uid: string }>`
    insert into base_models (uid, public_id, name_key, merge_key, first_seen_at, changed_at)
    select "baseUid", "publicId", "nameKey", "mergeKey", ${at}, ${at} from (${toRecordset(wanted)}) w
    order by "mergeKey", "nameKey"
    on conflict (merge_key) do nothing
    returning uid
  `.execute(em.getKysely());
  return rows.map(({ uid }) => uid);
}

/** Stores placements as wanted, and gives back their base models. */
export async function savePlacements(
  em: EntityManager,
  connectionUid: string,
  wanted: readonly WantedPlacement[],
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const { rows } = await sql<{ base_uid: string }>`
    insert into placements (base_uid, connection_uid, upstream_id, facts)
    select coalesce(b.uid, w."baseUid"), ${connectionUid}, w."upstreamId", w.facts
    from (${toRecordset(wanted)}) w left join base_models b on b.merge_key = w."mergeKey"
    on conflict (connection_uid, upstream_id)
      do update set base_uid = excluded.base_uid, facts = excluded.facts, missing_since = null, absent_since = null
    returning base_uid
  `.execute(em.getKysely());
  return rows.map(({ base_uid }) => base_uid);
}

/** Since their first absence. */
export async function markMissing(
  em: EntityManager,
  at: string,
  placementUids: readonly string[],
): Promise<void> {
  if (placementUids.length === 0) return;
  await sql`
    update placements set missing_since = coalesce(absent_since, ${at}), absent_since = null
    where uid = any(${placementUids}::uuid[])
  `.execute(em.getKysely());
}

export async function touchBases(em: EntityManager, at: string, uids: readonly string[]): Promise<void> {
  if (uids.length === 0) return;
  await sql`update base_models set changed_at = ${at} where uid = any(${uids}::uuid[])`.execute(
    em.getKysely(),
  );
}

/**
 * Gives nameless base models the names they ask for, where these are free; the others are shadowed until they are. In
 * the order of names, so that two processes wait in a line, not a ring.
 */
export async function claimFreeNames(em: EntityManager, baseUids: readonly string[]): Promise<void> {
  if (baseUids.length === 0) return;
  await sql`
    insert into public_names (key, display, base_uid)
    select b.name_key, b.public_id, b.uid from base_models b
    where b.uid = any(${baseUids}::uuid[]) and not exists (select from public_names n where n.base_uid = b.uid)
    order by b.name_key, b.first_seen_at, b.uid
    on conflict do nothing
  `.execute(em.getKysely());
}

function toRecordset(wanted: readonly WantedPlacement[]): RawBuilder<unknown> {
  return sql`
    select * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as r("upstreamId" text, "publicId" text, "nameKey" text, "mergeKey" text, facts jsonb, "baseUid" uuid)
  `;
}

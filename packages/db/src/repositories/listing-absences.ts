import { limits, type ModelFilter } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql, type RawBuilder } from "kysely";

type Listed = {
  readonly connectionUid: string;
  readonly at: string;
  /** Upstream ids. */
  readonly ids: readonly string[];
};

/**
 * Writes down since when each known model is absent. One listing without it is a hint, not a proof; and a list that is
 * suddenly empty says more about the server than about its models, until it has said so often enough.
 *
 * @returns Whether this listing is a witness at all.
 */
export async function noteAbsences(em: EntityManager, listed: Listed): Promise<boolean> {
  const since = listed.ids.length === 0 ? await countEmptyListing(em, listed) : await forgetEmpty(em, listed);
  if (since === undefined) return false;
  await sql`
    update placements set absent_since = case when upstream_id = any(${listed.ids}::text[]) then null else ${since}::timestamptz end
    where connection_uid = ${listed.connectionUid} and missing_since is null
      and (absent_since is null) = (upstream_id <> all(${listed.ids}::text[]))
  `.execute(em.getKysely());
  return true;
}

/** Whether a placement `s` that is not listed has been absent for long enough, or on purpose. */
export function isGone(
  at: string,
  why: { readonly isWitness: boolean; readonly filter: ModelFilter },
): RawBuilder<boolean> {
  return sql`(
    (${why.isWitness} and s.absent_since <= ${at}::timestamptz - make_interval(secs => ${limits.goneAfterMs / 1_000}))
    or ${isLeftOut(why.filter)}
  )`;
}

/** Since when what an empty listing lacks is absent; `undefined` while it is not believed. */
async function countEmptyListing(
  em: EntityManager,
  { connectionUid, at }: Listed,
): Promise<string | undefined> {
  const { rows } = await sql<{ count: number; since: string }>`
    insert into connection_health (connection_uid, empty_listings, empty_since) values (${connectionUid}, 1, ${at})
    on conflict (connection_uid) do update set empty_listings = connection_health.empty_listings + 1,
      empty_since = coalesce(connection_health.empty_since, excluded.empty_since)
    returning empty_listings as count, empty_since as since
  `.execute(em.getKysely());
  const [row] = rows;
  return row !== undefined && row.count >= limits.emptyListingsBelieved ? row.since : undefined;
}

async function forgetEmpty(em: EntityManager, { connectionUid, at }: Listed): Promise<string> {
  await sql`
    update connection_health set empty_listings = 0, empty_since = null
    where connection_uid = ${connectionUid} and empty_listings > 0
  `.execute(em.getKysely());
  return at;
}

/** What the connection's own filter leaves out was not dropped by its provider: it goes at once. */
export function isLeftOut(filter: ModelFilter): RawBuilder<boolean> {
  if (filter.mode === "all") return sql`false`;
  const named = sql<boolean>`s.upstream_id = any(${filter.ids}::text[])`;
  return filter.mode === "except" ? named : sql`not ${named}`;
}

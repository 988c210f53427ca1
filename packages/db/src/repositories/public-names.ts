import { randomUUID } from "node:crypto";
import { DomainError, lookupKeys } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";

type Owner = { readonly recordUid: string } | { readonly aliasUid: string };

/**
 * Claims a record's or an alias's name, and every spelling that a caller may mean by it (`x:latest` is also `x`).
 *
 * Waits for a transaction that is claiming the same name, and loses to it if that one commits.
 *
 * @throws DomainError `model_id_taken`.
 */
export async function claimNames(em: EntityManager, owner: Owner & { readonly id: string }): Promise<void> {
  const { recordUid, aliasUid } = { recordUid: null, aliasUid: null, ...owner };
  const keys = keysOf(owner.id);
  const { rows } = await sql<{ count: string }>`
    with claimed as (
      insert into public_names (key, display, record_uid, alias_uid)
      select key, ${owner.id}, ${recordUid}, ${aliasUid} from unnest(${keys}::text[]) key
      on conflict do nothing returning key
    )
    select count(*) from (
      select key from claimed union
      select key from public_names where key = any(${keys}::text[]) and alias_uid = ${aliasUid}
    ) owned
  `.execute(em.getKysely());
  if (Number(rows[0]?.count) === keys.length) return;
  throw new DomainError("model_id_taken", `Another model already has the name "${owner.id}".`);
}

/** Moves a name from those of the base models that bear it to an alias. */
export async function takeNames(
  em: EntityManager,
  alias: { readonly aliasUid: string; readonly id: string },
  baseUids: readonly string[],
): Promise<void> {
  await sql`
    update public_names set base_uid = null, alias_uid = ${alias.aliasUid}, display = ${alias.id}
    where key = any(${keysOf(alias.id)}::text[]) and base_uid = any(${baseUids}::uuid[])
  `.execute(em.getKysely());
}

/** Takes an alias's or a base model's names away, and gives back their keys. */
export async function freeNames(
  em: EntityManager,
  owner: { readonly aliasUid: string } | { readonly baseUid: string },
): Promise<readonly string[]> {
  const isOwned = "aliasUid" in owner ? sql`alias_uid = ${owner.aliasUid}` : sql`base_uid = ${owner.baseUid}`;
  const { rows } = await sql<{ key: string }>`
    delete from public_names where ${isOwned} returning key
  `.execute(em.getKysely());
  return rows.map(({ key }) => key);
}

/** Gives free names to base models that are served and wait for them: the connection that stands earlier goes first. */
export async function settleNames(em: EntityManager, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    insert into public_names (key, display, base_uid)
    select distinct on (b.name_key) b.name_key, b.public_id, b.uid
    from base_models b
    join placements p on p.base_uid = b.uid and p.missing_since is null
    join connections c on c.uid = p.connection_uid
    where b.name_key = any(${keys}::text[])
      and not exists (select from public_names n where n.base_uid = b.uid)
    order by b.name_key, c.position, b.first_seen_at, b.uid
    on conflict do nothing
  `.execute(em.getKysely());
}

// In one order everywhere: two transactions that want the same names then wait for each other in a line, not a ring.
function keysOf(id: string): readonly string[] {
  return [...lookupKeys(id)].toSorted();
}

/** A name that a base model leaves behind. */
export type LeftName = {
  readonly key: string;
  /** As it was written. */
  readonly id: string;
  readonly description: string;
  /** Who had it. */
  readonly baseUid: string;
  /** What it stands for from now on, and the name of that. */
  readonly targetUid: string;
  readonly to: string;
};

/** Makes aliases of names that base models leave. The way through a connection (`<slug>/<id>`) only where it is free. */
export async function leaveAliases(em: EntityManager, left: readonly LeftName[]): Promise<void> {
  if (left.length === 0) return;
  const rows = JSON.stringify(left.map((name) => ({ ...name, uid: randomUUID() })));
  await sql`
    with wanted as (
      select * from jsonb_to_recordset(${rows}::jsonb) as r(
        uid uuid, key text, id text, description text, "baseUid" uuid, "targetUid" uuid, "to" text
      )
    ), left_names as (
      select distinct on (w.key) w.* from wanted w
      where not exists (select from public_names n where n.key = w.key and n.base_uid is distinct from w."baseUid")
      order by w.key, w.id
    ), made as (
      insert into aliases (uid, id, description) select uid, id, description from left_names returning uid
    ), targeted as (
      insert into alias_targets (alias_uid, position, base_uid, target_id)
      select uid, 0, "targetUid", "to" from left_names
    )
    insert into public_names (key, display, alias_uid)
    select key, id, uid from left_names order by key
    on conflict (key) do update set display = excluded.display, base_uid = null, alias_uid = excluded.alias_uid
      where public_names.base_uid is not null
  `.execute(em.getKysely());
}

import { findDecidingPolicy, type DiscoveryPolicy, type ModelFacts } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { storeImage } from "../images.ts";
import { listPolicies } from "./policy-repository.ts";

type NewBase = {
  readonly uid: string;
  readonly modelId: string;
  readonly upstreamId: string;
  readonly facts: ModelFacts;
};

/**
 * Gives base models that are new to the catalog what the first matching policy says, as overrides that nobody but the
 * system made. The last thing a listing does: to name the policy in the log its lines are written at once, and from
 * then on every other writer waits.
 */
export async function applyPolicies(
  em: EntityManager,
  connectionUid: string,
  newBases: readonly string[],
): Promise<void> {
  if (newBases.length === 0) return;
  const policies = await listPolicies(em);
  if (policies.every(({ enabled }) => !enabled)) return;
  const places = await readNewBases(em, connectionUid, newBases);
  const decided = Map.groupBy(places, (place) => findDecidingPolicy(policies, { connectionUid, ...place }));
  for (const [policy, bases] of decided) {
    if (policy !== undefined) await asPolicy(em, policy, () => insertOverrides(em, policy, bases));
  }
}

async function readNewBases(
  em: EntityManager,
  connectionUid: string,
  uids: readonly string[],
): Promise<readonly NewBase[]> {
  const { rows } = await sql<NewBase>`
    select distinct on (b.uid) b.uid, b.public_id as "modelId", p.upstream_id as "upstreamId", p.facts
    from base_models b join placements p on p.base_uid = b.uid and p.connection_uid = ${connectionUid}
    where b.uid = any(${uids}::uuid[]) order by b.uid, p.upstream_id
  `.execute(em.getKysely());
  return rows;
}

/** The triggers read who writes when they run, which is at the end of the transaction unless they are told to run now. */
async function asPolicy(
  em: EntityManager,
  { name }: DiscoveryPolicy,
  work: () => Promise<void>,
): Promise<void> {
  const kysely = em.getKysely();
  const { rows } = await sql<{ actor: string | null; action: string | null }>`
    select current_setting('corral.actor', true) as actor, current_setting('corral.action', true) as action
  `.execute(kysely);
  await work();
  await introduce("system", `policies.apply:${name}`);
  await sql`set constraints model_records_change, record_grants_change immediate`.execute(kysely);
  await sql`set constraints model_records_change, record_grants_change deferred`.execute(kysely);
  await introduce(rows[0]?.actor ?? "", rows[0]?.action ?? "");

  async function introduce(actor: string, action: string): Promise<void> {
    await sql`
      select set_config('corral.actor', ${actor}, true), set_config('corral.action', ${action}, true)
    `.execute(kysely);
  }
}

async function insertOverrides(
  em: EntityManager,
  { actions }: DiscoveryPolicy,
  bases: readonly NewBase[],
): Promise<void> {
  const { access = { kind: "inherit" }, active = true, tags, hidden, image } = actions;
  const { meta, imageHash } = await storeImage(em, {
    ...(tags && { tags }),
    ...(hidden !== undefined && { hidden }),
    ...(image !== undefined && { profile_image_url: image }),
  });
  const { rows } = await sql<{ uid: string }>`
    insert into model_records (
      kind, name, override_of, params, param_modes, meta, image_hash, access_kind, is_active
    )
    select 'override', b."modelId", b.uid, '{}', '{}', ${JSON.stringify(meta)}::jsonb, ${imageHash}, ${access.kind}, ${active}
    from jsonb_to_recordset(${JSON.stringify(bases)}::jsonb) as b(uid uuid, "modelId" text)
    returning uid
  `.execute(em.getKysely());
  if (access.kind !== "restricted") return;
  const grants = (["read", "write"] as const).flatMap((level) => [
    ...access[level].groupIds.map((groupId) => ({ level, groupId })),
    ...access[level].userIds.map((userId) => ({ level, userId })),
  ]);
  // Whom the policy names and who is gone by now gets nothing, nor does anybody else.
  await sql`
    insert into record_grants (record_uid, level, group_id, user_id)
    select r.uid, g.level, g."groupId", g."userId"
    from unnest(${rows.map(({ uid }) => uid)}::uuid[]) r(uid)
    cross join jsonb_to_recordset(${JSON.stringify(grants)}::jsonb) as g(level text, "groupId" uuid, "userId" uuid)
    where exists (select from groups where id = g."groupId") or exists (select from users where id = g."userId")
    on conflict do nothing
  `.execute(em.getKysely());
}

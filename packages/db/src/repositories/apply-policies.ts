import { findDecidingPolicy, type DiscoveryPolicy, type ModelFacts } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { DiscoveryPolicyEntity } from "../entities/discovery-policy.entity.ts";
import { storeImage, withImage } from "../images.ts";
import { fresh } from "../session.ts";

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
    if (policy === undefined) continue;
    const uids = bases.map(({ uid }) => uid);
    await asPolicy(em, policy, () => insertOverrides(em, policy, uids));
  }
}

/** In their order. */
export async function listPolicies(em: EntityManager): Promise<DiscoveryPolicy[]> {
  const orderBy = { position: "asc", createdAt: "asc", uid: "asc" } as const;
  const rows = await em.find(DiscoveryPolicyEntity, {}, { ...fresh, orderBy });
  return rows.map((row) => {
    const { profile_image_url: image } = withImage({}, row.imageHash);
    return {
      uid: row.uid,
      name: row.name,
      position: row.position,
      enabled: row.enabled,
      match: row.match,
      actions: { ...row.actions, ...(typeof image === "string" && { image }) },
      revision: row.revision,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    };
  });
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
  work: () => Promise<unknown>,
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

/** Makes the overrides of those of the base models that have none, and gives back which those are. */
export async function insertOverrides(
  em: EntityManager,
  { actions }: DiscoveryPolicy,
  baseUids: readonly string[],
): Promise<readonly string[]> {
  const { access = { kind: "inherit" }, active = true, tags, hidden, image } = actions;
  const { meta, imageHash } = await storeImage(em, {
    ...(tags && { tags }),
    ...(hidden !== undefined && { hidden }),
    ...(image !== undefined && { profile_image_url: image }),
  });
  const { rows } = await sql<{ uid: string; override_of: string }>`
    insert into model_records (
      kind, name, override_of, params, param_modes, meta, image_hash, access_kind, is_active
    )
    select 'override', public_id, uid, '{}', '{}', ${JSON.stringify(meta)}::jsonb, ${imageHash}, ${access.kind}, ${active}
    from base_models where uid = any(${baseUids}::uuid[]) order by uid
    on conflict (override_of) do nothing
    returning uid, override_of
  `.execute(em.getKysely());
  const made = rows.map(({ override_of }) => override_of);
  if (access.kind !== "restricted") return made;
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
  return made;
}

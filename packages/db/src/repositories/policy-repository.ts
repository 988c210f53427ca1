import { randomUUID } from "node:crypto";
import { DomainError, type DiscoveryPolicy, type NewPolicy, type PolicyRepository } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { DiscoveryPolicyEntity } from "../entities/discovery-policy.entity.ts";
import { storeImage } from "../images.ts";
import { insertOverrides, listPolicies } from "./apply-policies.ts";
import { atomically, isUid, type Session } from "../session.ts";

export function createPolicyRepository({ em }: Session): PolicyRepository {
  return {
    list: () => listPolicies(em),
    insert: (policy) => atomically(em, (inner) => insert(inner, policy)),
    update: (policy) => atomically(em, (inner) => update(inner, policy)),
    async delete(uid) {
      const deleted = isUid(uid) ? await em.nativeDelete(DiscoveryPolicyEntity, { uid }) : 0;
      if (deleted === 0) throw new DomainError("policy_not_found");
    },
    applyTo: (policy, baseUids) =>
      atomically(em, (inner) => insertOverrides(inner, policy, baseUids.filter(isUid))),
    async reorder(uids) {
      await sql`
        update discovery_policies p set position = w.at, updated_at = now()
        from unnest(${uids}::uuid[]) with ordinality w(uid, at) where p.uid = w.uid and p.position <> w.at
      `.execute(em.getKysely());
    },
  };
}

async function insert(em: EntityManager, policy: NewPolicy): Promise<DiscoveryPolicy> {
  const uid = randomUUID();
  const { rows } = await sql<{ position: number }>`
    select coalesce(max(position), 0) + 1 as position from discovery_policies
  `.execute(em.getKysely());
  const position = rows[0]?.position ?? 1;
  await em.insert(DiscoveryPolicyEntity, { uid, position, ...(await toColumns(em, policy)) });
  return getStored(em, uid);
}

async function update(em: EntityManager, policy: DiscoveryPolicy): Promise<DiscoveryPolicy> {
  const { uid, revision } = policy;
  const columns = { ...(await toColumns(em, policy)), revision: revision + 1, updatedAt: new Date() };
  const changed = isUid(uid) ? await em.nativeUpdate(DiscoveryPolicyEntity, { uid, revision }, columns) : 0;
  const stored = await getStored(em, uid);
  if (changed > 0) return stored;
  throw new DomainError("revision_conflict", undefined, { details: { current: stored } });
}

async function toColumns(em: EntityManager, { name, enabled, match, actions }: NewPolicy) {
  const { image, ...rest } = actions;
  const { meta, imageHash } = await storeImage(em, image === undefined ? {} : { profile_image_url: image });
  const { profile_image_url: address } = meta;
  return {
    name,
    enabled,
    match,
    actions: { ...rest, ...(typeof address === "string" && { image: address }) },
    imageHash,
  };
}

async function getStored(em: EntityManager, uid: string): Promise<DiscoveryPolicy> {
  const found = (await listPolicies(em)).find((policy) => policy.uid === uid);
  if (found === undefined) throw new DomainError("policy_not_found");
  return found;
}

import { limits, type DiscoveryEvent, type DiscoveryEventKind, type ModelFacts } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";

export type ListingEvent = {
  readonly upstreamId: string;
  readonly kind: DiscoveryEventKind;
  readonly changes: DiscoveryEvent["changes"];
};

/** Keeps what a listing brought, after its placements were saved, and no more than the newest of each connection. */
export async function saveEvents(
  em: EntityManager,
  where: { readonly connectionUid: string; readonly at: string },
  events: readonly ListingEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const { connectionUid, at } = where;
  await sql`
    insert into discovery_events (connection_uid, at, kind, base_uid, upstream_id, model_id, changes)
    select p.connection_uid, ${at}, e.kind, p.base_uid, p.upstream_id, b.public_id, e.changes
    from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e("upstreamId" text, kind text, changes jsonb)
    join placements p on p.connection_uid = ${connectionUid} and p.upstream_id = e."upstreamId"
    join base_models b on b.uid = p.base_uid
    order by e."upstreamId"
  `.execute(em.getKysely());
  await sql`
    delete from discovery_events where connection_uid = ${connectionUid} and id <= (
      select id from discovery_events where connection_uid = ${connectionUid}
      order by id desc offset ${limits.discoveryEvents} limit 1
    )
  `.execute(em.getKysely());
}

/** The facts that differ, by name. */
export function compareFacts(before: ModelFacts, after: ModelFacts): DiscoveryEvent["changes"] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((fact) => {
    const change = { fact, before: old.get(fact) ?? null, after: now.get(fact) ?? null };
    return JSON.stringify(change.before) === JSON.stringify(change.after) ? [] : [change];
  });
}

import { createHash, randomUUID } from "node:crypto";
import { DomainError, publicNameKey, type DiscoveredModel, type ModelFacts } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { ConnectionEntity } from "../entities/connection.entity.ts";
import { fresh, isUid } from "../session.ts";
import { applyPolicies } from "./apply-policies.ts";
import { isGone, isLeftOut, noteAbsences } from "./listing-absences.ts";
import { compareFacts, saveEvents, type ListingEvent } from "./listing-events.ts";
import {
  claimFreeNames,
  ensureBases,
  markMissing,
  renameBases,
  savePlacements,
  touchBases,
  type WantedPlacement,
} from "./listing-statements.ts";
import { deleteUnusedBases } from "./unused-bases.ts";

type Listing = {
  readonly connectionUid: string;
  readonly models: readonly DiscoveredModel[];
  readonly at: string;
};

/** Where a listing and the stored placements differ. */
type Difference = {
  readonly upstreamId: string | null;
  readonly placementUid: string | null;
  readonly baseUid: string | null;
  readonly isRenamed: boolean;
  /** As stored, for a placement that was there before. */
  readonly storedId: string | null;
  readonly storedFacts: ModelFacts | null;
  readonly wasMissing: boolean;
  readonly isLeftOut: boolean;
};

/**
 * Makes the stored placements equal to a listing, in a fixed number of statements whatever its length.
 *
 * The usual listing is the one before: its digest says so, and nothing is sent or written. Otherwise the comparison
 * happens in the database and answers with the differences alone.
 */
export async function applyListing(em: EntityManager, listing: Listing): Promise<void> {
  const { connectionUid } = listing;
  const connection = isUid(connectionUid)
    ? await em.findOne(ConnectionEntity, { uid: connectionUid, archivedAt: null }, fresh)
    : null;
  if (connection === null) throw new DomainError("connection_not_found");
  await sql`select pg_advisory_xact_lock(hashtextextended(${`listing ${connectionUid}`}, 0))`.execute(
    em.getKysely(),
  );

  const wanted = new Map(listing.models.map((model) => [model.id, toWanted(model, connection)]));
  const digest = createHash("sha256")
    .update(JSON.stringify([...wanted.values()]))
    .digest("hex");
  const { at } = listing;
  const ids = [...wanted.keys()];
  if (await isApplied(em, { connectionUid, digest, isEmpty: ids.length === 0 })) return;
  const isWitness = await noteAbsences(em, { connectionUid, at, ids });
  const why = { isWitness, filter: connection.models };
  const differences = await findDifferences(em, { connectionUid, at, why }, [...wanted.values()]);
  const newBases = await saveDifferences(em, { connectionUid, at, differences }, wanted);
  await saveEvents(em, { connectionUid, at }, toEvents(differences, wanted));
  await saveDigest(em, connectionUid, digest);
  await applyPolicies(em, connectionUid, newBases);
}

/** What somebody has just deleted at the provider through us is gone, without waiting for a listing that says so. */
export async function markRemoved(
  em: EntityManager,
  where: { readonly connectionUid: string; readonly at: string },
  upstreamIds: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ uid: string; base_uid: string; upstream_id: string }>`
    select uid, base_uid, upstream_id from placements
    where connection_uid = ${where.connectionUid} and upstream_id = any(${upstreamIds}::text[])
      and missing_since is null
  `.execute(em.getKysely());
  if (rows.length === 0) return;
  await markMissing(
    em,
    where.at,
    rows.map(({ uid }) => uid),
  );
  await touchBases(
    em,
    where.at,
    rows.map(({ base_uid }) => base_uid),
  );
  await saveEvents(
    em,
    where,
    rows.map(({ upstream_id }) => ({ upstreamId: upstream_id, kind: "gone_upstream", changes: [] })),
  );
}

type Found = {
  readonly connectionUid: string;
  readonly at: string;
  readonly differences: readonly Difference[];
};

/** Gives back the base models that did not exist before. */
async function saveDifferences(
  em: EntityManager,
  { connectionUid, at, differences }: Found,
  wanted: ReadonlyMap<string, WantedPlacement>,
): Promise<readonly string[]> {
  if (differences.length === 0) return [];
  const inPlace = { connectionUid, at };
  const renamed = await renameBases(
    em,
    inPlace,
    pick(differences, wanted, (difference) => difference.isRenamed),
  );
  const homeless = pick(
    differences,
    wanted,
    ({ baseUid, isRenamed }) => baseUid === null || (isRenamed && !renamed.has(baseUid)),
  ).map((placement) => ({ ...placement, baseUid: randomUUID() }));
  const made = await ensureBases(em, at, homeless);
  const settled = new Set(homeless.map(({ upstreamId }) => upstreamId));
  const changed = pick(
    differences,
    wanted,
    ({ upstreamId }) => upstreamId !== null && !settled.has(upstreamId),
  );
  const saved = await savePlacements(em, connectionUid, [...homeless, ...changed]);
  await markMissing(
    em,
    at,
    uidsOf(differences, ({ upstreamId }) => upstreamId === null),
  );

  const former = differences.flatMap(({ baseUid }) => baseUid ?? []);
  await touchBases(em, at, [...former, ...saved]);
  await deleteUnusedBases(em, former);
  await claimFreeNames(em, [...new Set([...saved, ...renamed])]);
  return made;
}

/** What happened at the provider. What the connection's own filter took away or gave back did not. */
function toEvents(
  differences: readonly Difference[],
  wanted: ReadonlyMap<string, WantedPlacement>,
): readonly ListingEvent[] {
  return differences.flatMap(
    ({ upstreamId, storedId, storedFacts, wasMissing, isLeftOut }): ListingEvent[] => {
      if (upstreamId === null) {
        return storedId === null || isLeftOut
          ? []
          : [{ upstreamId: storedId, kind: "gone_upstream", changes: [] }];
      }
      if (storedFacts === null) return [{ upstreamId, kind: "new", changes: [] }];
      if (wasMissing) return [{ upstreamId, kind: "back", changes: [] }];
      const changes = compareFacts(storedFacts, wanted.get(upstreamId)?.facts ?? {});
      return changes.length === 0 ? [] : [{ upstreamId, kind: "changed", changes }];
    },
  );
}

function toWanted(
  model: DiscoveredModel,
  connection: { readonly provider: string; readonly prefix?: string | null | undefined },
): WantedPlacement {
  const ollama = connection.provider === "ollama";
  const nameKey = publicNameKey(model.publicId, { ollama });
  return {
    upstreamId: model.id,
    publicId: model.publicId,
    nameKey,
    // Two Ollama servers with the same models are one fleet; anywhere else a name says nothing about what is behind it.
    mergeKey: ollama ? `${connection.prefix ?? ""}/${nameKey}` : null,
    facts: model.facts satisfies ModelFacts,
    baseUid: null,
  };
}

/**
 * Whether the same listing was applied last, no absence waits for another witness, and no name that one of its base
 * models waits for has become free.
 */
async function isApplied(
  em: EntityManager,
  last: { readonly connectionUid: string; readonly digest: string; readonly isEmpty: boolean },
): Promise<boolean> {
  const { connectionUid, digest, isEmpty } = last;
  const { rows } = await sql`
    select from connection_health where connection_uid = ${connectionUid} and listing_digest = ${digest}
      and not exists (
        select from placements where connection_uid = ${connectionUid} and missing_since is null
          and (absent_since is not null or ${isEmpty})
      )
      and not exists (
        select from placements p join base_models b on b.uid = p.base_uid
        where p.connection_uid = ${connectionUid}
          and not exists (select from public_names n where n.base_uid = b.uid)
          and not exists (select from public_names n where n.key = b.name_key)
      )
  `.execute(em.getKysely());
  return rows.length > 0;
}

async function saveDigest(em: EntityManager, connectionUid: string, digest: string): Promise<void> {
  await sql`
    insert into connection_health (connection_uid, listing_digest) values (${connectionUid}, ${digest})
    on conflict (connection_uid) do update set listing_digest = excluded.listing_digest
  `.execute(em.getKysely());
}

async function findDifferences(
  em: EntityManager,
  listing: {
    readonly connectionUid: string;
    readonly at: string;
    readonly why: Parameters<typeof isGone>[1];
  },
  wanted: readonly WantedPlacement[],
): Promise<readonly Difference[]> {
  const { connectionUid, at, why } = listing;
  const { rows } = await sql<Difference>`
    with listed as (
      select * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
        as l("upstreamId" text, "nameKey" text, "mergeKey" text, facts jsonb)
    ), stored as (
      select p.uid, p.upstream_id, p.base_uid, p.facts, p.missing_since, p.absent_since, b.name_key, b.merge_key,
        not exists (select from public_names n where n.base_uid = b.uid) as shadowed
      from placements p join base_models b on b.uid = p.base_uid where p.connection_uid = ${connectionUid}
    )
    select l."upstreamId", s.uid as "placementUid", s.base_uid as "baseUid",
      coalesce((s.name_key, s.merge_key) is distinct from (l."nameKey", l."mergeKey"), false)
        and s.uid is not null and l."upstreamId" is not null as "isRenamed",
      s.upstream_id as "storedId", s.facts as "storedFacts", coalesce(s.missing_since is not null, false) as "wasMissing",
      s.uid is not null and ${isLeftOut(why.filter)} as "isLeftOut"
    from listed l full join stored s on s.upstream_id = l."upstreamId"
    where s.uid is null
      or (l."upstreamId" is null and s.missing_since is null and ${isGone(at, why)})
      or (l."upstreamId" is not null and (
        s.missing_since is not null
        or s.facts <> l.facts
        or (s.name_key, s.merge_key) is distinct from (l."nameKey", l."mergeKey")
        or (s.shadowed and not exists (select from public_names n where n.key = l."nameKey"))
      ))
  `.execute(em.getKysely());
  return rows;
}

function pick(
  differences: readonly Difference[],
  wanted: ReadonlyMap<string, WantedPlacement>,
  isMeant: (difference: Difference) => boolean,
): readonly WantedPlacement[] {
  return differences.filter(isMeant).flatMap(({ upstreamId, baseUid }) => {
    const placement = upstreamId === null ? undefined : wanted.get(upstreamId);
    return placement === undefined ? [] : { ...placement, baseUid };
  });
}

function uidsOf(
  differences: readonly Difference[],
  isMeant: (difference: Difference) => boolean,
): readonly string[] {
  return differences.filter(isMeant).flatMap(({ placementUid }) => placementUid ?? []);
}

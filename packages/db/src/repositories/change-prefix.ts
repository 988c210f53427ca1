import { randomUUID } from "node:crypto";
import { DomainError, modelIdProblem, publicNameKey, toPublicId, type PrefixRename } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql, type RawBuilder } from "kysely";
import { ConnectionEntity } from "../entities/connection.entity.ts";
import { fresh, isUid } from "../session.ts";
import { toMergeKey } from "./apply-listing.ts";
import { moveReferences } from "./move-references.ts";
import { leaveAliases } from "./public-names.ts";

/** One model of the connection, with what it is and what it is to become. */
type Step = PrefixRename & {
  readonly placementUid: string;
  /** Other connections serve it too. */
  readonly isShared: boolean;
  /** The base model it belongs to afterwards. */
  readonly nextBaseUid: string;
  readonly nameKey: string;
  readonly mergeKey: string | null;
  /** Key of the name it leaves behind; `null` where others keep it, or nothing changes. */
  readonly oldKey: string | null;
  /** An alias that is no more than an old name of this very model: it gets that name back. */
  readonly reclaims: string | null;
};

type Stored = {
  readonly placementUid: string;
  readonly upstreamId: string;
  readonly baseUid: string;
  readonly publicId: string;
  readonly nameKey: string;
  readonly isShared: boolean;
  readonly isNamed: boolean;
};

type Wanted = Stored & { readonly to: string; readonly toKey: string; readonly toMerge: string | null };

/** What a prefix does to the names of a connection's models. @throws DomainError `connection_not_found`. */
export async function planPrefix(
  em: EntityManager,
  connectionUid: string,
  change?: { readonly prefix: string | null },
): Promise<readonly Step[]> {
  const connection = isUid(connectionUid)
    ? await em.findOne(ConnectionEntity, { uid: connectionUid, archivedAt: null }, fresh)
    : null;
  if (connection === null) throw new DomainError("connection_not_found");
  const prefix = change === undefined ? (connection.prefix ?? null) : change.prefix;
  const ollama = connection.provider === "ollama";
  const wanted = (await readModels(em, connectionUid)).map((model): Wanted => {
    const to = toPublicId(prefix, model.upstreamId);
    const toKey = publicNameKey(to, { ollama });
    return { ...model, to, toKey, toMerge: toMergeKey({ provider: connection.provider, prefix }, toKey) };
  });
  const changed = wanted.filter(({ to, publicId }) => to !== publicId);
  const owners = await readOwners(
    em,
    changed.map(({ toKey }) => toKey),
  );
  const joins = await readMerged(em, changed);
  const settled = new Map<string, Step>();
  return changed.map((model) => {
    const step = toStep(model, { slug: connection.slug, owners, joins, settled });
    if (!settled.has(model.toKey)) settled.set(model.toKey, step);
    return step;
  });
}

/** Renames the models to the connection's prefix, in a fixed number of statements but for those that join others. */
export async function applyPrefix(
  em: EntityManager,
  connectionUid: string,
  at: string,
): Promise<readonly PrefixRename[]> {
  const steps = (await planPrefix(em, connectionUid)).filter(({ outcome }) => outcome !== "unnamed");
  if (steps.length === 0) return [];
  await sql`
    delete from aliases where uid = any(${steps.flatMap(({ reclaims }) => reclaims ?? [])}::uuid[])
  `.execute(em.getKysely());
  const parted = steps.filter(({ nextBaseUid, baseUid }) => nextBaseUid !== baseUid);
  await insertBases(
    em,
    at,
    parted.filter(({ outcome }) => outcome !== "joined"),
  );
  await sql`
    update placements p set base_uid = s."nextBaseUid" from (${toRecordset(parted)}) s where p.uid = s."placementUid"
  `.execute(em.getKysely());
  const joined = parted.filter(({ outcome, isShared }) => outcome === "joined" && !isShared);
  for (const { baseUid, nextBaseUid } of joined) {
    await moveReferences(em, { from: baseUid, to: nextBaseUid });
  }
  await leaveAliases(
    em,
    steps.flatMap(({ oldKey, from, to, baseUid, nextBaseUid }) =>
      oldKey === null
        ? []
        : {
            key: oldKey,
            id: from,
            description: `Former name of ${to}.`,
            baseUid,
            targetUid: nextBaseUid,
            to,
          },
    ),
  );
  await renameBases(
    em,
    at,
    steps.filter(({ nextBaseUid, baseUid }) => nextBaseUid === baseUid),
  );
  await nameBases(
    em,
    steps.filter(({ outcome }) => outcome !== "joined"),
  );
  return steps;
}

type Around = {
  readonly slug: string;
  readonly owners: ReadonlyMap<string, NameOwner>;
  readonly joins: ReadonlyMap<string, string>;
  /** What the models before this one become, by the key of their names. */
  readonly settled: ReadonlyMap<string, Step>;
};

function toStep(model: Wanted, { slug, owners, joins, settled }: Around): Step {
  const { placementUid, baseUid, upstreamId, to, toKey, toMerge, isShared, isNamed } = model;
  const from = isNamed ? model.publicId : `${slug}/${model.publicId}`;
  const oldKey = isNamed ? model.nameKey : `${slug}/${model.nameKey}`;
  const step = { placementUid, baseUid, upstreamId, isShared, from, to, nameKey: toKey, mergeKey: toMerge };
  const still = { ...step, nextBaseUid: baseUid, takenBy: null, reclaims: null };
  if (modelIdProblem(to) !== undefined) return { ...still, outcome: "unnamed", oldKey: null };
  const earlier = settled.get(toKey);
  // Two spellings of one model on one server.
  if (earlier?.baseUid === baseUid) return { ...earlier, placementUid, upstreamId, reclaims: null };
  const joined = toMerge === null ? undefined : joins.get(toMerge);
  if (joined !== undefined && joined !== baseUid) {
    return { ...still, outcome: "joined", nextBaseUid: joined, oldKey: isShared ? null : oldKey };
  }
  const owner = owners.get(toKey);
  const isOwn = owner !== undefined && (owner.baseUid === baseUid || owner.formerNameOf === baseUid);
  const takenBy = earlier?.to ?? (owner === undefined || isOwn ? null : owner.display);
  const outcome = takenBy !== null ? "shadowed" : isShared ? "split" : "renamed";
  return {
    ...still,
    outcome,
    takenBy,
    nextBaseUid: isShared ? randomUUID() : baseUid,
    oldKey: isShared || oldKey === toKey ? null : oldKey,
    reclaims: takenBy === null && owner?.formerNameOf === baseUid ? owner.aliasUid : null,
  };
}

async function readModels(em: EntityManager, connectionUid: string): Promise<readonly Stored[]> {
  const { rows } = await sql<Stored>`
    select p.uid as "placementUid", p.upstream_id as "upstreamId", p.base_uid as "baseUid", b.public_id as "publicId",
      b.name_key as "nameKey",
      exists (select from placements o where o.base_uid = b.uid and o.connection_uid <> p.connection_uid) as "isShared",
      exists (select from public_names n where n.base_uid = b.uid) as "isNamed"
    from placements p join base_models b on b.uid = p.base_uid
    where p.connection_uid = ${connectionUid} order by p.upstream_id
  `.execute(em.getKysely());
  return rows;
}

type NameOwner = {
  readonly key: string;
  readonly display: string;
  readonly baseUid: string | null;
  readonly aliasUid: string | null;
  /** The base model that an alias stands for when it stands for nothing else. */
  readonly formerNameOf: string | null;
};

async function readOwners(
  em: EntityManager,
  keys: readonly string[],
): Promise<ReadonlyMap<string, NameOwner>> {
  const { rows } = await sql<NameOwner>`
    select n.key, n.display, n.base_uid as "baseUid", n.alias_uid as "aliasUid", t.base_uid as "formerNameOf"
    from public_names n left join (
      select alias_uid, min(base_uid::text)::uuid as base_uid from alias_targets group by 1
      having count(*) = 1 and count(base_uid) = 1
    ) t on t.alias_uid = n.alias_uid
    where n.key = any(${keys}::text[])
  `.execute(em.getKysely());
  return new Map(rows.map((row) => [row.key, row]));
}

async function readMerged(
  em: EntityManager,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, string>> {
  const keys = wanted.flatMap(({ toMerge }) => toMerge ?? []);
  const { rows } = await sql<{ merge_key: string; uid: string }>`
    select merge_key, uid from base_models where merge_key = any(${keys}::text[])
  `.execute(em.getKysely());
  return new Map(rows.map((row) => [row.merge_key, row.uid]));
}

async function insertBases(em: EntityManager, at: string, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  await sql`
    insert into base_models (uid, public_id, name_key, merge_key, first_seen_at, changed_at)
    select distinct on ("nextBaseUid") "nextBaseUid", "to", "nameKey", "mergeKey", ${at}::timestamptz, ${at}::timestamptz
    from (${toRecordset(steps)}) s order by "nextBaseUid"
  `.execute(em.getKysely());
}

async function renameBases(em: EntityManager, at: string, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  await sql`
    update base_models b
    set public_id = s."to", name_key = s."nameKey", merge_key = s."mergeKey", changed_at = ${at}
    from (${toRecordset(steps)}) s where b.uid = s."baseUid"
  `.execute(em.getKysely());
  await sql`
    update public_names n set display = s."to" from (${toRecordset(steps)}) s
    where n.base_uid = s."baseUid" and n.key = s."nameKey"
  `.execute(em.getKysely());
}

/** A name that someone else was given meanwhile stays theirs. */
async function nameBases(em: EntityManager, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  await sql`
    insert into public_names (key, display, base_uid)
    select s."nameKey", s."to", s."nextBaseUid" from (${toRecordset(steps)}) s
    order by s."nameKey", s."upstreamId" on conflict do nothing
  `.execute(em.getKysely());
}

function toRecordset(steps: readonly Step[]): RawBuilder<unknown> {
  return sql`
    select * from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) as r(
      "placementUid" uuid, "baseUid" uuid, "nextBaseUid" uuid, "upstreamId" text, "to" text, "nameKey" text,
      "mergeKey" text
    )
  `;
}

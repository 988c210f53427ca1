import type {
  CatalogChange,
  CatalogChanges,
  CatalogFeed,
  CatalogRevision,
  CatalogSettings,
} from "@corral/core";
import { IsolationLevel, type EntityManager, type MikroORM } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { readPresentation } from "../repositories/presentation-repository.ts";
import { readSettings } from "../settings.ts";
import { toDomainError } from "../to-domain-error.ts";
import {
  readAliases,
  readBases,
  readConnections,
  readGroups,
  readLifecycles,
  readRecords,
  readUsers,
} from "./catalog-rows.ts";
import { readBaseNames } from "./name-rows.ts";
import { watchChanges } from "./watch-changes.ts";

/** Above so many changed objects, reading everything is the shorter way. */
const maxTargets = 10_000;

/** The catalog's source on PostgreSQL. Each answer is one consistent read, and bears the number it is true at. */
export function createCatalogFeed(orm: MikroORM, url: string): CatalogFeed {
  return {
    load: () =>
      readConsistently(orm, async (em) => ({
        revision: (await readHead(em)).revision,
        settings: await readCatalogSettings(em),
        connections: await readConnections(em, "all"),
        bases: await readBases(em, "all"),
        records: await readRecords(em, "all"),
        aliases: await readAliases(em, "all"),
        baseNames: await readBaseNames(em, "all"),
        lifecycles: await readLifecycles(em, "all"),
        users: await readUsers(em, "all"),
        groups: await readGroups(em, "all"),
      })),
    async changesSince(seen) {
      // each second, and nearly always in vain: one statement is consistent without a transaction
      const { revision } = await asDomainErrors(readHead(orm.em.fork()));
      if (seen.epoch === revision.epoch && seen.change === revision.change) return { revision, changes: [] };
      return readConsistently(orm, (em) => readSince(em, seen));
    },
    watch: (onHint) => watchChanges(url, onHint),
  };
}

function readConsistently<T>(orm: MikroORM, read: (em: EntityManager) => Promise<T>): Promise<T> {
  const options = { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true };
  return asDomainErrors(orm.em.fork().transactional(read, options));
}

async function asDomainErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toDomainError(error);
  }
}

async function readSince(
  em: EntityManager,
  seen: Pick<CatalogRevision, "epoch" | "change">,
): Promise<CatalogChanges | "reload"> {
  const { revision, pruned } = await readHead(em);
  if (seen.epoch !== revision.epoch || seen.change > revision.change || seen.change < pruned) return "reload";
  if (seen.change === revision.change) return { revision, changes: [] };
  const targets = await readTargets(em, seen.change);
  if (targets === "reload") return "reload";
  return { revision, changes: await readChanges(em, targets) };
}

type Head = { readonly revision: CatalogRevision; readonly pruned: number };

async function readHead(em: EntityManager): Promise<Head> {
  const { rows } = await sql<{ epoch: string; change: string; catalog: string; pruned: string }>`
    select epoch, change, catalog, pruned from change_counter
  `.execute(em.getKysely());
  const [row] = rows;
  if (row === undefined)
    throw new Error("The database has lost its change counter; restore it from a backup.");
  const { epoch, change, catalog, pruned } = row;
  return { revision: { epoch, change: Number(change), catalog: Number(catalog) }, pruned: Number(pruned) };
}

type Targets = ReadonlyMap<string, readonly string[]>;

/** uids by kind, each object once. */
async function readTargets(em: EntityManager, seen: number): Promise<Targets | "reload"> {
  const { rows } = await sql<{ target_kind: string; uids: string[] }>`
    select target_kind, array_agg(target_uid) as uids from (
      select distinct target_kind, target_uid from changes where n > ${seen} limit ${maxTargets + 1}
    ) t group by 1
  `.execute(em.getKysely());
  const count = rows.reduce((sum, { uids }) => sum + uids.length, 0);
  if (count > maxTargets || rows.some((row) => row.target_kind === "reload")) return "reload";
  return new Map(rows.map((row) => [row.target_kind, row.uids]));
}

async function readChanges(em: EntityManager, targets: Targets): Promise<readonly CatalogChange[]> {
  const uids = (kind: string): readonly string[] => targets.get(kind) ?? [];
  const records = [...new Set([...uids("record"), ...(await findOverrides(em, uids("base")))])];
  const changes: CatalogChange[] = [
    ...pair("connection", uids("connection"), await readConnections(em, uids("connection"))),
    ...pair("base", uids("base"), await readBases(em, uids("base"))),
    ...pair("record", records, await readRecords(em, records)),
    ...pair("alias", uids("alias"), await readAliases(em, uids("alias"))),
    ...pair("base_name", uids("base_name"), await readBaseNames(em, uids("base_name"))),
    ...pair("lifecycle", uids("lifecycle"), await readLifecycles(em, uids("lifecycle"))),
    ...pair("user", uids("user"), await readUsers(em, uids("user"))),
    ...pair("group", uids("group"), await readGroups(em, uids("group"))),
  ];
  if (targets.has("settings")) changes.push({ kind: "settings", value: await readCatalogSettings(em) });
  changes.push(...uids("session").map((uid) => ({ kind: "credential", of: "session", uid }) as const));
  const owners = await findKeyOwners(em, uids("key"));
  for (const uid of uids("key")) {
    const userId = owners.get(uid);
    changes.push({ kind: "credential", of: "key", uid, ...(userId !== undefined && { userId }) });
  }
  for (const kind of ["policy", "discovery", "ollama"] as const) {
    changes.push(...uids(kind).map((uid) => ({ kind: "notice", of: kind, uid }) as const));
  }
  return changes;
}

/** Each uid with its value as it is now; `null` for one that is gone. */
function pair<K extends string, V extends { readonly uid: string } | { readonly id: string }>(
  kind: K,
  uids: readonly string[],
  values: readonly V[],
): { readonly kind: K; readonly uid: string; readonly value: V | null }[] {
  const byUid = new Map(values.map((value) => ["uid" in value ? value.uid : value.id, value]));
  return uids.map((uid) => ({ kind, uid, value: byUid.get(uid) ?? null }));
}

/** An override bears its base model's name, so it changes with it. */
async function findOverrides(em: EntityManager, baseUids: readonly string[]): Promise<readonly string[]> {
  if (baseUids.length === 0) return [];
  const { rows } = await sql<{ uid: string }>`
    select uid from model_records where override_of = any(${baseUids}::uuid[])
  `.execute(em.getKysely());
  return rows.map(({ uid }) => uid);
}

/** The log also knows whose a deleted one was. */
async function findKeyOwners(
  em: EntityManager,
  uids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (uids.length === 0) return new Map();
  const { rows } = await sql<{ uid: string; user_id: string | null }>`
    select target_uid as uid, max(coalesce(after, before) ->> 'user_id') as user_id from changes
    where target_kind = 'key' and target_uid = any(${uids}::text[]) group by 1
  `.execute(em.getKysely());
  return new Map(rows.flatMap(({ uid, user_id }) => (user_id === null ? [] : [[uid, user_id]])));
}

async function readCatalogSettings(em: EntityManager): Promise<CatalogSettings> {
  const { adminBypass, memberPermissions } = await readSettings(em);
  return { adminBypass, memberPermissions, presentation: await readPresentation(em) };
}

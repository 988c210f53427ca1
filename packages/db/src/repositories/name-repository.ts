import { DomainError, lookupKeys, type NameRepository } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { atomically, isUid, type Session } from "../session.ts";
import { lockListing } from "./apply-listing.ts";
import { applyPrefix, planPrefix } from "./change-prefix.ts";
import { moveReferences } from "./move-references.ts";
import { freeNames, leaveAliases, settleNames } from "./public-names.ts";
import { deleteUnusedBases } from "./unused-bases.ts";

export function createNameRepository({ em }: Session): NameRepository {
  return {
    planPrefix: async (connectionUid, prefix) => planPrefix(em, connectionUid, { prefix }),
    applyPrefix: (connectionUid, at) =>
      atomically(em, async (inner) => {
        await lockListing(inner, connectionUid);
        return applyPrefix(inner, connectionUid, at);
      }),
    move: (name, owners) => atomically(em, (inner) => move(inner, name, owners)),
    forget: (name, owner) => atomically(em, (inner) => forget(inner, name, owner)),
    rename: (bases) => atomically(em, (inner) => rename(inner, bases)),
  };
}

async function move(
  em: EntityManager,
  name: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const owned = await lockName(em, name, from);
  if (owned.recordUid !== null) {
    throw new DomainError(
      "name_in_use",
      `"${owned.display}" is the id of a custom model, which never changes.`,
    );
  }
  const base = await findBase(em, to);
  if (base === undefined || base.nameKey !== owned.key || base.isNamed) {
    throw new DomainError(
      "invalid_input",
      `Only a model that asks for the name "${owned.display}" and is shadowed can get it; an alias can stand for any.`,
      { details: { issues: [{ path: ["to"], message: "does not wait for this name" }] } },
    );
  }
  // An alias ends with its name, and with it every other spelling.
  if (owned.aliasUid !== null) {
    await sql`delete from aliases where uid = ${owned.aliasUid}`.execute(em.getKysely());
  } else await sql`delete from public_names where key = ${owned.key}`.execute(em.getKysely());
  await sql`
    insert into public_names (key, display, base_uid) values (${owned.key}, ${base.publicId}, ${to})
  `.execute(em.getKysely());
}

async function forget(em: EntityManager, name: string, owner: string): Promise<void> {
  const owned = await lockName(em, name, owner);
  const base = owned.baseUid === null ? undefined : await findBase(em, owned.baseUid);
  if (base === undefined || base.isServed) throw new DomainError("name_in_use");
  const keys = await freeNames(em, { baseUid: base.uid });
  await sql`
    delete from placements p where p.base_uid = ${base.uid} and not exists (
      select from model_records r where r.override_of = p.base_uid or r.base_base_uid = p.base_uid
    ) and not exists (select from alias_targets t where t.base_uid = p.base_uid)
  `.execute(em.getKysely());
  await deleteUnusedBases(em, [base.uid]);
  await settleNames(em, keys);
}

async function rename(em: EntityManager, bases: Parameters<NameRepository["rename"]>[0]): Promise<void> {
  const { from, to, settings } = bases;
  const [old, next] = [await findBase(em, from), await findBase(em, to)];
  if (old === undefined || next === undefined) throw new DomainError("model_not_found");
  if (old.isServed) throw new DomainError("name_in_use", `"${old.publicId}" is still served.`);
  if (old.hasSettings && next.hasSettings) {
    if (settings === undefined) throw new DomainError("settings_clash");
    await sql`delete from model_records where override_of = ${settings === "old" ? to : from}`.execute(
      em.getKysely(),
    );
  }
  if (old.isNamed) {
    const description = `Former name of ${next.publicId}.`;
    const left = { key: old.nameKey, id: old.publicId, description, to: next.publicId };
    await leaveAliases(em, [{ ...left, baseUid: from, targetUid: to }]);
  }
  await moveReferences(em, { from, to });
}

type OwnedName = {
  readonly key: string;
  readonly display: string;
  readonly baseUid: string | null;
  readonly recordUid: string | null;
  readonly aliasUid: string | null;
};

/** The name as it is owned, until the transaction ends. @throws DomainError `revision_conflict`. */
async function lockName(em: EntityManager, name: string, owner: string): Promise<OwnedName> {
  const { rows } = await sql<OwnedName>`
    select key, display, base_uid as "baseUid", record_uid as "recordUid", alias_uid as "aliasUid" from public_names
    where key = any(${lookupKeys(name)}::text[]) and ${owner} in (base_uid::text, record_uid::text, alias_uid::text)
    order by length(key) desc limit 1 for update
  `.execute(em.getKysely());
  const [row] = rows;
  if (row === undefined) {
    throw new DomainError("revision_conflict", `"${name}" does not belong to that model, or no longer.`);
  }
  return row;
}

type StoredBase = {
  readonly uid: string;
  readonly publicId: string;
  readonly nameKey: string;
  readonly isNamed: boolean;
  readonly isServed: boolean;
  readonly hasSettings: boolean;
};

/** Locked, so that no listing brings it back meanwhile. */
async function findBase(em: EntityManager, uid: string): Promise<StoredBase | undefined> {
  if (!isUid(uid)) return undefined;
  const { rows } = await sql<StoredBase>`
    select b.uid, b.public_id as "publicId", b.name_key as "nameKey",
      exists (select from public_names n where n.base_uid = b.uid) as "isNamed",
      exists (select from placements p where p.base_uid = b.uid and p.missing_since is null) as "isServed",
      exists (select from model_records r where r.override_of = b.uid) as "hasSettings"
    from base_models b where b.uid = ${uid} for update
  `.execute(em.getKysely());
  return rows[0];
}

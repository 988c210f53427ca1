import { limits, type ModelRecord, type ModelVersion } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { z } from "zod";
import type { GrantLists } from "./grants.ts";
import { toModelRecord, type RecordRow } from "./model-record-columns.ts";

/**
 * The versions of a record, newest first: what the change log says of its row, with the grants that stood then. They
 * are rows of another table, so they are followed back from those of today.
 *
 * @param current The record as it is now, with its grants whatever the kind of its access.
 */
export async function listVersions(
  em: EntityManager,
  current: { readonly record: ModelRecord; readonly grants: GrantLists },
): Promise<ModelVersion[]> {
  const changes = await readChanges(em, current.record.uid);
  const versions: ModelVersion[] = [];
  let { grants } = current;
  let at = 0;
  while (at < changes.length && versions.length < limits.historyVersions) {
    const { n } = changes[at] ?? { n: "" };
    const end = changes.findIndex((change, index) => index > at && change.n !== n);
    const transaction = changes.slice(at, end === -1 ? undefined : end);
    const version = toVersion(transaction, grants, current.record);
    if (version !== undefined) versions.push(version);
    grants = takeBackGrants(transaction, grants);
    at += transaction.length;
  }
  return versions;
}

/** One row as the triggers noted it, of a record or of a part of it. */
export type LoggedChange = { readonly before: unknown; readonly after: unknown };

type Change = LoggedChange & {
  readonly n: string;
  readonly at: string;
  readonly actor_id: string;
  readonly action: string;
};

/** After a restore of the database or a bulk load the log tells nothing of what was before. */
export const afterLastReload = sql<boolean>`
  n > coalesce((select max(n) from changes where target_kind = 'reload' and target_uid = ''), 0)
`;

async function readChanges(em: EntityManager, uid: string): Promise<readonly Change[]> {
  const { rows } = await sql<Change>`
    select n::text, at, actor_id, action, before, after from changes
    where target_kind = 'record' and target_uid = ${uid}
      and ${afterLastReload}
    order by changes.n desc, id desc limit ${limits.historyChanges}
  `.execute(em.getKysely());
  return rows;
}

/** Several statements of one transaction are one version: the newest state of the row counts. */
function toVersion(
  changes: readonly Change[],
  grants: GrantLists,
  { id }: ModelRecord,
): ModelVersion | undefined {
  for (const { after, at, actor_id: actor, action } of changes) {
    const row = readRow(after);
    if (row === undefined) continue;
    const record = toRecord(row, { grants, id });
    // A column that an older release wrote and this one cannot read is no reason to lose the rest.
    if (record === undefined) return undefined;
    return { at: new Date(at).toISOString(), authorId: isPerson(actor) ? actor : null, action, record };
  }
  return undefined;
}

/** `undefined` for a row of something else, or one that this release cannot read. */
export function readRow(value: unknown): RecordRow | undefined {
  return rowSchema.safeParse(value).data;
}

/** `undefined` for columns that this release cannot read. */
export function toRecord(
  row: RecordRow,
  rest: { readonly grants: GrantLists; readonly id: string },
): ModelRecord | undefined {
  try {
    return toModelRecord(row, rest.grants, row.id ?? rest.id);
  } catch {
    return undefined;
  }
}

function isPerson(actorId: string): boolean {
  return actorId !== "system" && actorId !== "database";
}

const nullableText = z.string().nullable();
const timeSchema = z.string().transform((text) => new Date(text));

/** A row of `model_records` as the triggers write it down. */
const rowSchema = z
  .object({
    uid: z.string(),
    kind: z.enum(["override", "custom"]),
    id: nullableText,
    name: z.string(),
    override_of: nullableText,
    base_base_uid: nullableText,
    base_record_uid: nullableText,
    base_id: nullableText,
    base_access: z.enum(["inherit", "delegate_by_role", "delegate_by_user"]),
    vouched_by: nullableText,
    owner_id: nullableText,
    created_by: nullableText,
    params: z.unknown(),
    param_modes: z.unknown(),
    meta: z.unknown(),
    image_hash: nullableText,
    access_kind: z.enum(["public", "private", "restricted", "inherit"]),
    is_active: z.boolean(),
    revision: z.int(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .transform((row): RecordRow => ({
    uid: row.uid,
    kind: row.kind,
    id: row.id,
    name: row.name,
    overrideOf: row.override_of,
    baseBaseUid: row.base_base_uid,
    baseRecordUid: row.base_record_uid,
    baseId: row.base_id,
    baseAccess: row.base_access,
    vouchedBy: row.vouched_by,
    ownerId: row.owner_id,
    createdBy: row.created_by,
    params: row.params,
    paramModes: row.param_modes,
    meta: row.meta,
    imageHash: row.image_hash,
    accessKind: row.access_kind,
    isActive: row.is_active,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));

const grantSchema = z.object({
  level: z.enum(["read", "write"]),
  group_id: nullableText,
  user_id: nullableText,
});
type Grant = z.output<typeof grantSchema>;

const keyOf = ({ level, group_id, user_id }: Grant): string => `${level} ${group_id ?? ""} ${user_id ?? ""}`;

/**
 * The grants before a transaction: what it added is gone, what it removed is there again.
 *
 * @param changes Newest first.
 */
export function takeBackGrants(changes: readonly LoggedChange[], grants: GrantLists): GrantLists {
  const earlier = new Map(toGrants(grants));
  for (const { before, after } of changes) {
    const added = grantSchema.safeParse(after);
    if (added.success) earlier.delete(keyOf(added.data));
    const removed = grantSchema.safeParse(before);
    if (removed.success) earlier.set(keyOf(removed.data), removed.data);
  }
  return toLists(earlier);
}

function toGrants({ read, write }: GrantLists): ReadonlyMap<string, Grant> {
  const grants = Object.entries({ read, write }).flatMap(([level, { groupIds, userIds }]) => [
    ...groupIds.map((group_id) => ({ level, group_id, user_id: null })),
    ...userIds.map((user_id) => ({ level, group_id: null, user_id })),
  ]);
  return new Map(grants.map((grant) => [keyOf(grantSchema.parse(grant)), grantSchema.parse(grant)]));
}

function toLists(grants: ReadonlyMap<string, Grant>): GrantLists {
  const of = (level: Grant["level"]) => {
    const own = [...grants.values()].filter((grant) => grant.level === level);
    return {
      groupIds: own.flatMap(({ group_id }) => group_id ?? []),
      userIds: own.flatMap(({ user_id }) => user_id ?? []),
    };
  };
  return { read: of("read"), write: of("write") };
}

import { permissions, type Permission } from "@corral/access-control";
import type {
  Capabilities,
  CatalogAlias,
  CatalogAliasTarget,
  CatalogConnection,
  CatalogGroup,
  CatalogPin,
  CatalogRecord,
  CatalogUser,
  BaseModel,
  ModelLifecycle,
} from "@corral/core";
import { capabilitiesSchema } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql, type RawBuilder } from "kysely";
import { z } from "zod";
import { grantColumns, toAccess, type GrantArrays } from "../repositories/grants.ts";
import { toBaseAccess, toBaseReference } from "../repositories/model-record-columns.ts";

/** Which objects to read: all, or those with these uids. */
export type Selection = readonly string[] | "all";

export async function readConnections(em: EntityManager, selection: Selection): Promise<CatalogConnection[]> {
  type Row = GrantArrays &
    Omit<CatalogConnection, "defaultVisibility"> & {
      readonly visibility: "public" | "private" | "restricted";
    };
  const { rows } = await sql<Row>`
    select c.uid, c.slug, c.name, c.provider, c.enabled, c.tags, c.connection_type as "connectionType",
      c.default_visibility as visibility, c.position, c.revision, g.*
    from connections c left join (
      select connection_uid, ${grantColumns} from connection_grants
      where ${isSelected("connection_uid", selection)} group by 1
    ) g on g.connection_uid = c.uid
    where c.archived_at is null and ${isSelected("c.uid", selection)}
    order by c.position, c.created_at, c.uid
  `.execute(em.getKysely());
  return rows.map((row) => ({
    uid: row.uid,
    slug: row.slug,
    name: row.name,
    provider: row.provider,
    enabled: row.enabled,
    tags: row.tags,
    connectionType: row.connectionType,
    defaultVisibility: toAccess(row.visibility, row),
    position: row.position,
    revision: row.revision,
  }));
}

export async function readBases(em: EntityManager, selection: Selection): Promise<BaseModel[]> {
  type Row = Omit<BaseModel, "placements"> & { readonly placements: BaseModel["placements"] | null };
  const { rows } = await sql<Row>`
    select b.uid, b.public_id as id, b.first_seen_at as "firstSeenAt", b.changed_at as "changedAt", p.placements,
      not exists (select from public_names n where n.base_uid = b.uid) as shadowed
    from base_models b left join (
      select p.base_uid, json_agg(json_build_object(
        'uid', p.uid, 'connectionUid', p.connection_uid, 'upstreamId', p.upstream_id, 'facts', p.facts,
        'missingSince', p.missing_since
      ) order by c.position, c.created_at, p.upstream_id) as placements
      from placements p join connections c on c.uid = p.connection_uid
      where ${isSelected("p.base_uid", selection)} group by 1
    ) p on p.base_uid = b.uid
    where ${isSelected("b.uid", selection)}
    order by b.uid
  `.execute(em.getKysely());
  return rows.map((row) => ({
    uid: row.uid,
    id: row.id,
    shadowed: row.shadowed,
    placements: (row.placements ?? []).map((placement) => ({
      ...placement,
      missingSince: placement.missingSince === null ? null : toIso(placement.missingSince),
    })),
    firstSeenAt: toIso(row.firstSeenAt),
    changedAt: toIso(row.changedAt),
  }));
}

type RecordRow = GrantArrays & {
  readonly uid: string;
  readonly kind: "override" | "custom";
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: unknown;
  readonly capabilities: unknown;
  readonly hidden: boolean;
  readonly image_hash: string | null;
  readonly external_image: boolean;
  readonly is_active: boolean;
  readonly access_kind: CatalogRecord["access"]["kind"];
  readonly override_of: string | null;
  readonly base_base_uid: string | null;
  readonly base_record_uid: string | null;
  readonly base_id: string | null;
  readonly base_access: "inherit" | "delegate_by_role" | "delegate_by_user";
  readonly vouched_by: string | null;
  readonly owner_id: string | null;
  readonly created_by: string | null;
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly pins: readonly CatalogPin[] | null;
};

export async function readRecords(em: EntityManager, selection: Selection): Promise<CatalogRecord[]> {
  const { rows } = await sql<RecordRow>`
    select r.uid, r.kind, coalesce(r.id, b.public_id) as id, r.name, r.is_active, r.access_kind, r.override_of,
      r.base_base_uid, r.base_record_uid, r.base_id, r.base_access, r.vouched_by, r.owner_id, r.created_by, r.revision,
      r.created_at, r.updated_at, r.image_hash,
      coalesce(r.meta ->> 'profile_image_url', '') <> '' as external_image, r.meta ->> 'description' as description, r.meta -> 'tags' as tags,
      r.meta -> 'capabilities' as capabilities, coalesce(r.meta -> 'hidden' = 'true'::jsonb, false) as hidden, p.pins, g.*
    from model_records r left join base_models b on b.uid = r.override_of left join (
      select record_uid, ${grantColumns} from record_grants
      where ${isSelected("record_uid", selection)} group by 1
    ) g on g.record_uid = r.uid left join (
      select record_uid as pinned, json_agg(json_build_object('uid', uid, 'target', case
        when user_id is not null then json_build_object('kind', 'user', 'userId', user_id)
        when key_id is not null then json_build_object('kind', 'key', 'keyId', key_id)
        else json_build_object('kind', 'share', 'percent', percent) end) order by created_at, uid) as pins
      from revision_pins where ${isSelected("record_uid", selection)} group by 1
    ) p on p.pinned = r.uid
    where ${isSelected("r.uid", selection)}
    order by r.uid
  `.execute(em.getKysely());
  return rows.map(toCatalogRecord);
}

function toCatalogRecord(row: RecordRow): CatalogRecord {
  const common = {
    uid: row.uid,
    id: row.id,
    name: row.name,
    description: row.description ?? "",
    tags: toTags(row.tags),
    capabilities: toCapabilities(row.capabilities),
    hidden: row.hidden,
    ...(row.image_hash !== null && { imageHash: row.image_hash }),
    ...(row.external_image && { externalImage: true as const }),
    isActive: row.is_active,
    access: toAccess(row.access_kind, row),
    createdBy: row.created_by,
    revision: row.revision,
    createdAt: toIso(row.created_at),
    updatedAt: toIso(row.updated_at),
    ...(row.pins && { pins: row.pins }),
  };
  if (row.kind === "override") return { ...common, kind: "override", baseUid: row.override_of ?? "" };
  return {
    ...common,
    kind: "custom",
    ownerId: row.owner_id,
    base: toBaseReference(row.base_base_uid, row.base_record_uid),
    baseId: row.base_id ?? "",
    baseAccess: toBaseAccess(row.base_access, row.vouched_by),
  };
}

export async function readAliases(em: EntityManager, selection: Selection): Promise<CatalogAlias[]> {
  type Target = Omit<CatalogAliasTarget, "model"> & {
    readonly baseUid: string | null;
    readonly recordUid: string | null;
  };
  type Row = Omit<CatalogAlias, "kind" | "keys" | "targets"> & {
    readonly keys: readonly string[] | null;
    readonly targets: readonly Target[] | null;
  };
  const { rows } = await sql<Row>`
    select a.uid, a.id, a.description, a.revision, a.created_at as "createdAt", a.updated_at as "updatedAt", n.keys,
      t.targets
    from aliases a left join (
      select alias_uid, array_agg(key order by key) as keys from public_names
      where alias_uid is not null and ${isSelected("alias_uid", selection)} group by 1
    ) n on n.alias_uid = a.uid left join (
      select alias_uid, json_agg(json_build_object(
        'position', position, 'baseUid', base_uid, 'recordUid', record_uid, 'id', target_id, 'weight', weight
      ) order by position) as targets
      from alias_targets where ${isSelected("alias_uid", selection)} group by 1
    ) t on t.alias_uid = a.uid
    where ${isSelected("a.uid", selection)}
    order by a.uid
  `.execute(em.getKysely());
  return rows.map(({ keys, targets, createdAt, updatedAt, ...row }) => ({
    ...row,
    kind: "alias",
    keys: keys ?? [],
    targets: (targets ?? []).map(({ baseUid, recordUid, ...target }) => ({
      ...target,
      model: toBaseReference(baseUid, recordUid),
    })),
    createdAt: toIso(createdAt),
    updatedAt: toIso(updatedAt),
  }));
}

export async function readLifecycles(em: EntityManager, selection: Selection): Promise<ModelLifecycle[]> {
  type Row = Omit<ModelLifecycle, "successor"> & {
    readonly successorBaseUid: string | null;
    readonly successorRecordUid: string | null;
  };
  const { rows } = await sql<Row>`
    select uid, deprecated_at as "deprecatedAt", retires_at as "retiresAt", note,
      successor_base_uid as "successorBaseUid", successor_record_uid as "successorRecordUid"
    from model_lifecycles where ${isSelected("uid", selection)} order by uid
  `.execute(em.getKysely());
  return rows.map(({ uid, note, deprecatedAt, retiresAt, successorBaseUid, successorRecordUid }) => ({
    uid,
    deprecatedAt: toIso(deprecatedAt),
    retiresAt: retiresAt === null ? null : toIso(retiresAt),
    successor: toBaseReference(successorBaseUid, successorRecordUid),
    note,
  }));
}

export async function readUsers(em: EntityManager, selection: Selection): Promise<CatalogUser[]> {
  type Row = Omit<CatalogUser, "groupIds" | "isService"> & {
    readonly groupIds: string[] | null;
    readonly kind: "person" | "service";
  };
  const { rows } = await sql<Row>`
    select u.id, u.name, u.email, u.role, u.status, u.kind, m.groups as "groupIds"
    from users u left join (
      select user_id, array_agg(group_id order by group_id) as groups from group_members
      where ${isSelected("user_id", selection)} group by 1
    ) m on m.user_id = u.id
    where ${isSelected("u.id", selection)}
    order by u.id
  `.execute(em.getKysely());
  return rows.map(({ kind, groupIds, ...row }) => ({
    ...row,
    groupIds: groupIds ?? [],
    ...(kind === "service" && { isService: true as const }),
  }));
}

export async function readGroups(em: EntityManager, selection: Selection): Promise<CatalogGroup[]> {
  const { rows } = await sql<CatalogGroup & { readonly permissions: readonly Permission[] }>`
    select id, name, permissions from groups where ${isSelected("id", selection)} order by id
  `.execute(em.getKysely());
  return rows.map(({ permissions: stored, ...row }) => ({
    ...row,
    ...(stored.length > 0 && { permissions: knownPermissions(stored) }),
  }));
}

/** One that this version does not know allows nothing. */
export function knownPermissions(stored: readonly string[]): readonly Permission[] {
  return permissions.filter((permission) => stored.includes(permission));
}

export function isSelected(column: string, selection: Selection): RawBuilder<boolean> {
  return selection === "all" ? sql`true` : sql`${sql.ref(column)} = any(${selection}::uuid[])`;
}

const tagsSchema = z.array(z.object({ name: z.string() }));

/** Rows that something else than Corral wrote may hold anything; a list shows them without what it cannot read. */
export function toTags(value: unknown): readonly string[] {
  return tagsSchema.safeParse(value).data?.map(({ name }) => name) ?? [];
}

export function toCapabilities(value: unknown): Capabilities {
  return value === null ? {} : (capabilitiesSchema.safeParse(value).data ?? {});
}

/** MikroORM's driver leaves timestamps as PostgreSQL writes them. */
function toIso(timestamp: string): string {
  return new Date(timestamp).toISOString();
}

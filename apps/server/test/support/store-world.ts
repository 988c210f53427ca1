import type { AccessControl } from "@corral/access-control";
import type { CatalogState } from "@corral/core";
import { connect } from "@corral/db/testing";
import { createHash } from "node:crypto";

type Client = Awaited<ReturnType<typeof connect>>;
type Restricted = Extract<AccessControl, { kind: "restricted" }>;

/** The same valid (version 4) uuid for the same text. */
export function uuidOf(text: string): string {
  const hex = createHash("md5").update(text).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20),
  ];
  return parts.join("-");
}

/**
 * A world as a database can hold it: uuids, no references to what is not there, and what the schema rules out made
 * the nearest that it allows.
 */
export function toStorable(world: CatalogState): CatalogState {
  const users = new Set(world.users.map(({ id }) => id));
  const connections = new Set(world.connections.map(({ uid }) => uid));
  const bases = new Set(world.bases.map(({ uid }) => uid));
  const records = new Set(world.records.map(({ uid }) => uid));
  const idOf = (id: string | null) => (id !== null && users.has(id) ? uuidOf(id) : null);
  const access = <A extends AccessControl>(given: A): A => mapIds(given, uuidOf);
  return {
    ...world,
    aliases: [],
    baseNames: [],
    users: world.users.map((user) => ({ ...user, id: uuidOf(user.id), groupIds: user.groupIds.map(uuidOf) })),
    groups: world.groups.map((group) => ({ ...group, id: uuidOf(group.id) })),
    connections: world.connections.map((one) => ({
      ...one,
      uid: uuidOf(one.uid),
      // one kind of server answers for all of them
      provider: "openai",
      defaultVisibility: access(one.defaultVisibility),
    })),
    bases: world.bases.map((base) => ({
      ...base,
      uid: uuidOf(base.uid),
      placements: base.placements
        .filter(({ connectionUid }) => connections.has(connectionUid))
        .map((one) => ({ ...one, uid: uuidOf(one.uid), connectionUid: uuidOf(one.connectionUid) })),
    })),
    records: world.records
      .filter((record) => record.kind === "custom" || bases.has(record.baseUid))
      .map((record) => {
        const common = { uid: uuidOf(record.uid), createdBy: null };
        if (record.kind === "override") {
          return { ...record, ...common, baseUid: uuidOf(record.baseUid), access: access(record.access) };
        }
        const { base, baseAccess } = record;
        const isThere = base !== null && (base.kind === "base" ? bases : records).has(base.uid);
        return {
          ...record,
          ...common,
          ownerId: idOf(record.ownerId),
          access: record.access.kind === "inherit" ? ({ kind: "private" } as const) : access(record.access),
          base: isThere ? { ...base, uid: uuidOf(base.uid) } : null,
          baseAccess:
            baseAccess.kind === "delegate" && baseAccess.by !== null
              ? { kind: "delegate" as const, by: uuidOf(baseAccess.by) }
              : baseAccess,
        };
      }),
  };
}

function mapIds<A extends AccessControl>(access: A, toId: (id: string) => string): A {
  if (access.kind !== "restricted") return access;
  const map = ({ groupIds, userIds }: Restricted["read"]) => ({
    groupIds: groupIds.map(toId),
    userIds: userIds.map(toId),
  });
  return { ...access, read: map(access.read), write: map(access.write) };
}

/** Writes a storable world into a migrated database that has none. */
export async function storeWorld(databaseUrl: string, world: CatalogState, url: string): Promise<void> {
  await using client = await connect(databaseUrl);
  await client.query("begin");
  await client.query("set constraints all deferred");
  await client.query(
    "insert into settings (key, value) values ('admin_bypass', $1) on conflict (key) do update set value = excluded.value",
    [JSON.stringify(world.settings.adminBypass)],
  );
  await storePeople(client, world);
  await storeConnections(client, world, url);
  await storeBases(client, world);
  await storeRecords(client, world);
  await client.query("commit");
}

async function storePeople(client: Client, { users, groups }: CatalogState): Promise<void> {
  for (const { id, name } of groups) {
    await client.query("insert into groups (id, name) values ($1, $2)", [id, name]);
  }
  for (const { id, name, email, role, status, groupIds } of users) {
    await client.query("insert into users (id, name, email, role, status) values ($1, $2, $3, $4, $5)", [
      id,
      name,
      email,
      role,
      status,
    ]);
    for (const groupId of groupIds) {
      await client.query("insert into group_members (group_id, user_id) values ($1, $2)", [groupId, id]);
    }
  }
}

async function storeConnections(client: Client, world: CatalogState, url: string): Promise<void> {
  for (const { uid, slug, name, provider, enabled, position, defaultVisibility } of world.connections) {
    await client.query(
      `insert into connections (uid, slug, name, provider, url, auth_type, enabled, connection_type, models, params,
        timeouts, position, default_visibility)
      values ($1, $2, $3, $4, $5, 'none', $6, 'external', '{"mode":"all"}', '{}', '{}', $7, $8)`,
      [uid, slug, name, provider, url, enabled, position, defaultVisibility.kind],
    );
    await storeGrants(
      client,
      { table: "connection_grants", column: "connection_uid", uid },
      defaultVisibility,
    );
  }
}

async function storeBases(client: Client, { bases }: CatalogState): Promise<void> {
  for (const { uid, id, shadowed, placements, firstSeenAt, changedAt } of bases) {
    const key = id.toLowerCase();
    await client.query(
      "insert into base_models (uid, public_id, name_key, first_seen_at, changed_at) values ($1, $2, $3, $4, $5)",
      [uid, id, key, firstSeenAt, changedAt],
    );
    if (!shadowed) {
      await client.query("insert into public_names (key, display, base_uid) values ($1, $2, $3)", [
        key,
        id,
        uid,
      ]);
    }
    for (const one of placements) {
      await client.query(
        `insert into placements (uid, base_uid, connection_uid, upstream_id, facts, missing_since)
        values ($1, $2, $3, $4, $5, $6)`,
        [one.uid, uid, one.connectionUid, one.upstreamId, JSON.stringify(one.facts), one.missingSince],
      );
    }
  }
}

async function storeRecords(client: Client, { records }: CatalogState): Promise<void> {
  for (const record of records) {
    const isCustom = record.kind === "custom";
    const edge = isCustom ? record.baseAccess : null;
    const vouchedBy = edge?.kind === "delegate" ? edge.by : null;
    await client.query(
      `insert into model_records (uid, kind, id, name, override_of, base_id, base_access, vouched_by, owner_id, params,
        param_modes, meta, access_kind, is_active, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '{}', '{}', $10, $11, $12, $13, $14)`,
      [
        record.uid,
        record.kind,
        isCustom ? record.id : null,
        record.name,
        isCustom ? null : record.baseUid,
        isCustom ? record.baseId : null,
        edge?.kind !== "delegate" ? "inherit" : edge.by === null ? "delegate_by_role" : "delegate_by_user",
        vouchedBy,
        isCustom ? record.ownerId : null,
        JSON.stringify({ hidden: record.hidden }),
        record.access.kind,
        record.isActive,
        record.createdAt,
        record.updatedAt,
      ],
    );
    if (isCustom) {
      await client.query("insert into public_names (key, display, record_uid) values ($1, $2, $3)", [
        record.id.toLowerCase(),
        record.id,
        record.uid,
      ]);
    }
    await storeGrants(
      client,
      { table: "record_grants", column: "record_uid", uid: record.uid },
      record.access,
    );
  }
  // once all are there: they refer to one another
  for (const record of records) {
    if (record.kind !== "custom" || record.base === null) continue;
    const column = record.base.kind === "base" ? "base_base_uid" : "base_record_uid";
    await client.query(`update model_records set ${column} = $2, revision = revision where uid = $1`, [
      record.uid,
      record.base.uid,
    ]);
  }
}

async function storeGrants(
  client: Client,
  to: { readonly table: string; readonly column: string; readonly uid: string },
  access: AccessControl,
): Promise<void> {
  if (access.kind !== "restricted") return;
  for (const level of ["read", "write"] as const) {
    const { groupIds, userIds } = access[level];
    const rows = [...groupIds.map((id) => [id, null]), ...userIds.map((id) => [null, id])];
    for (const [groupId, userId] of rows) {
      await client.query(
        `insert into ${to.table} (${to.column}, level, group_id, user_id) values ($1, $2, $3, $4) on conflict do nothing`,
        [to.uid, level, groupId, userId],
      );
    }
  }
}

/** A session for each of these people, as if they had signed in: tokens by user id. */
export async function openSessions(
  databaseUrl: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  await using client = await connect(databaseUrl);
  const tokens = new Map<string, string>();
  for (const userId of userIds) {
    const token = createHash("sha256").update(userId).digest("hex").slice(0, 43);
    const hash = createHash("sha256").update(token).digest("hex");
    await client.query(
      "insert into sessions (user_id, token, expires_at) values ($1, $2, now() + interval '1 hour')",
      [userId, hash],
    );
    tokens.set(userId, token);
  }
  return tokens;
}

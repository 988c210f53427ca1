import { randomUUID } from "node:crypto";
import type {
  DirectoryFilter,
  DirectoryGroup,
  DirectoryPage,
  DirectoryQuery,
  DirectoryUser,
  ScimRepository,
  ScimToken,
} from "@corral/core";
import type { EntityManager, InferEntity } from "@mikro-orm/postgresql";
import { sql, type RawBuilder } from "kysely";
import { ScimGroupEntity, ScimTokenEntity, ScimUserEntity } from "../entities/scim.entity.ts";
import { UserEntity } from "../entities/user.entity.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";
import { createGroupRepository } from "./group-repository.ts";

export function createScimRepository(session: Session): ScimRepository {
  const { em } = session;
  return {
    ...createTokens(em),
    listUsers: (query) => listUsers(em, query),
    async lockUser(id) {
      if (!isUid(id)) return undefined;
      await sql`select from users where id = ${id} for update`.execute(em.getKysely());
      return (await listUsers(em, byId(id))).items[0];
    },
    saveUser: (userId, { userName, externalId, givenName, familyName }) =>
      atomically(em, async (inner) => {
        const columns = { userId, userName, externalId, givenName, familyName, updatedAt: new Date() };
        await inner.upsert(ScimUserEntity, columns, fresh);
      }),
    setEmail: (id, email) =>
      atomically(em, async (inner) => {
        await inner.nativeUpdate(UserEntity, { id }, { email, emailVerified: false, updatedAt: new Date() });
      }),
    listGroups: (query) => listGroups(session, query),
    async lockGroup(id) {
      if (!isUid(id)) return undefined;
      await sql`select from groups where id = ${id} for update`.execute(em.getKysely());
      return (await listGroups(session, byId(id))).items[0];
    },
    async saveGroup(groupId, { externalId }) {
      await em.upsert(ScimGroupEntity, { groupId, externalId }, fresh);
    },
  };
}

function createTokens(
  em: EntityManager,
): Pick<ScimRepository, "listTokens" | "findToken" | "insertToken" | "deleteToken"> {
  return {
    async listTokens() {
      const orderBy = { createdAt: "desc", id: "asc" } as const;
      return (await em.find(ScimTokenEntity, {}, { ...fresh, orderBy })).map(toToken);
    },
    async findToken(hash) {
      const row = await em.findOne(ScimTokenEntity, { tokenHash: hash }, fresh);
      return row === null ? undefined : toToken(row);
    },
    async insertToken({ hash, ...token }) {
      const id = randomUUID();
      await em.insert(ScimTokenEntity, { ...token, id, tokenHash: hash });
      return toToken(await em.findOneOrFail(ScimTokenEntity, { id }, fresh));
    },
    deleteToken: async (id) => isUid(id) && (await em.nativeDelete(ScimTokenEntity, { id })) > 0,
  };
}

function byId(value: string): DirectoryQuery {
  return { filter: { attribute: "id", value }, offset: 0, limit: 1 };
}

const userAttributes: Readonly<Record<DirectoryFilter["attribute"], (value: string) => RawBuilder<boolean>>> =
  {
    id: (value) => (isUid(value) ? sql`u.id = ${value}::uuid` : sql`false`),
    userName: (value) => sql`lower(coalesce(s.user_name, u.email)) = lower(${value})`,
    externalId: (value) => sql`s.external_id = ${value}`,
    displayName: (value) => sql`lower(u.name) = lower(${value})`,
    email: (value) => sql`lower(u.email) = lower(${value})`,
  };

async function listUsers(em: EntityManager, query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser>> {
  const { filter, offset, limit } = query;
  const where = filter === undefined ? sql`true` : userAttributes[filter.attribute](filter.value);
  const found = sql`users u left join scim_users s on s.user_id = u.id where u.kind = 'person' and ${where}`;
  const total = await count(em, found);
  type Row = Omit<DirectoryUser, "groups"> & { readonly groups: DirectoryUser["groups"] | null };
  const { rows } = await sql<Row>`
    select u.id, u.name, u.email, u.role, u.status, u.kind, u.created_at as "createdAt",
      coalesce(s.user_name, u.email) as "userName", s.external_id as "externalId", s.given_name as "givenName",
      s.family_name as "familyName", greatest(u.updated_at, s.updated_at) as "updatedAt", (
        select json_agg(json_build_object('id', g.id, 'name', g.name) order by g.name)
        from group_members m join groups g on g.id = m.group_id where m.user_id = u.id
      ) as groups
    from ${found} order by u.created_at, u.id offset ${offset} limit ${limit}
  `.execute(em.getKysely());
  const items = rows.map((row) => ({
    ...row,
    groups: row.groups ?? [],
    createdAt: toIso(row.createdAt),
    updatedAt: toIso(row.updatedAt),
  }));
  return { total, items };
}

async function listGroups(session: Session, query: DirectoryQuery): Promise<DirectoryPage<DirectoryGroup>> {
  const { em } = session;
  const { filter, offset, limit } = query;
  const where = filter === undefined ? sql`true` : groupCondition(filter);
  const found = sql`groups g left join scim_groups s on s.group_id = g.id where ${where}`;
  const total = await count(em, found);
  const { rows } = await sql<{ id: string; externalId: string | null }>`
    select g.id, s.external_id as "externalId" from ${found}
    order by g.created_at, g.id offset ${offset} limit ${limit}
  `.execute(em.getKysely());
  const groups = createGroupRepository(session);
  const items: DirectoryGroup[] = [];
  for (const { id, externalId } of rows) {
    const group = await groups.find(id);
    if (group !== undefined) items.push({ ...group, externalId });
  }
  return { total, items };
}

function groupCondition({ attribute, value }: DirectoryFilter): RawBuilder<boolean> {
  if (attribute === "id") return isUid(value) ? sql`g.id = ${value}::uuid` : sql`false`;
  if (attribute === "externalId") return sql`s.external_id = ${value}`;
  return attribute === "displayName" ? sql`lower(g.name) = lower(${value})` : sql`false`;
}

async function count(em: EntityManager, found: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*)::int as total from ${found}`.execute(
    em.getKysely(),
  );
  return rows[0]?.total ?? 0;
}

function toToken(row: InferEntity<typeof ScimTokenEntity>): ScimToken {
  const { id, name, masked, newUserRole } = row;
  return { id, name, masked, newUserRole, createdAt: row.createdAt.toISOString() };
}

function toIso(timestamp: string): string {
  return new Date(timestamp).toISOString();
}

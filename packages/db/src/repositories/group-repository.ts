import { randomUUID } from "node:crypto";
import { DomainError, type Group, type GroupRepository } from "@corral/core";
import type { EntityManager, InferEntity } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { knownPermissions } from "../feed/catalog-rows.ts";
import { GroupEntity, GroupMemberEntity } from "../entities/group.entity.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";

export function createGroupRepository({ em }: Session): GroupRepository {
  return {
    list: async () =>
      toGroups(em, await em.find(GroupEntity, {}, { ...fresh, orderBy: { name: "asc", id: "asc" } })),
    find: (id) => find(em, id),
    insert: ({ memberIds, permissions = [], ...group }) =>
      atomically(em, async (inner) => {
        const id = randomUUID();
        await inner.insert(GroupEntity, { id, ...group, permissions: [...permissions] });
        await writeMembers(inner, id, memberIds);
        return getStored(inner, id);
      }),
    update: (id, { memberIds, permissions, ...fields }) =>
      atomically(em, async (inner) => {
        if (!isUid(id)) throw new DomainError("group_not_found");
        const change = { ...fields, ...(permissions !== undefined && { permissions: [...permissions] }) };
        if (Object.keys(change).length > 0) await inner.nativeUpdate(GroupEntity, { id }, change);
        if (memberIds !== undefined) await writeMembers(inner, id, memberIds);
        return getStored(inner, id);
      }),
    async delete(id) {
      if (isUid(id)) await em.nativeDelete(GroupEntity, { id });
    },
  };
}

async function find(em: EntityManager, id: string): Promise<Group | undefined> {
  if (!isUid(id)) return undefined;
  return (await toGroups(em, await em.find(GroupEntity, { id }, fresh)))[0];
}

async function getStored(em: EntityManager, id: string): Promise<Group> {
  const group = await find(em, id);
  if (group === undefined) throw new DomainError("group_not_found");
  return group;
}

/** Only the difference is written, and so only it is logged. */
async function writeMembers(em: EntityManager, groupId: string, memberIds: readonly string[]): Promise<void> {
  if (!memberIds.every(isUid)) throw new DomainError("user_not_found", "A member has no account.");
  await sql`
    with gone as (
      delete from group_members where group_id = ${groupId} and user_id <> all(${memberIds}::uuid[])
    )
    insert into group_members (group_id, user_id)
    select ${groupId}, member from unnest(${memberIds}::uuid[]) member
    on conflict do nothing
  `.execute(em.getKysely());
}

async function toGroups(
  em: EntityManager,
  rows: readonly InferEntity<typeof GroupEntity>[],
): Promise<Group[]> {
  const members = new Map<string, string[]>(rows.map((row) => [row.id, []]));
  const found = await em.find(
    GroupMemberEntity,
    { groupId: { $in: [...members.keys()] } },
    { ...fresh, orderBy: { userId: "asc" } },
  );
  for (const { groupId, userId } of found) members.get(groupId)?.push(userId);
  return rows.map(({ id, name, description, permissions, createdAt }) => ({
    id,
    name,
    description,
    memberIds: members.get(id) ?? [],
    permissions: knownPermissions(permissions),
    createdAt: createdAt.toISOString(),
  }));
}

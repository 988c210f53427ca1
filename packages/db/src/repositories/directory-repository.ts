import { randomUUID } from "node:crypto";
import { DomainError, Secret, type DirectoryRepository, type User } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { AccountEntity } from "../entities/account.entity.ts";
import { ProviderSessionEntity } from "../entities/identity-provider.entity.ts";
import { UserEntity } from "../entities/user.entity.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";
import { toUser } from "./user-repository.ts";

/** How `accounts` names a provider: apart from better-auth's own names, such as `credential`. */
export function linkedProvider(id: string): string {
  return `sso:${id}`;
}

export function createDirectoryRepository({ em, keys }: Session): DirectoryRepository {
  return {
    async findLinked({ providerId, subject }) {
      const link = { providerId: linkedProvider(providerId), accountId: subject };
      const account = await em.findOne(AccountEntity, link, fresh);
      return account === null ? undefined : findUser(em, account.userId);
    },
    async findByEmail(email) {
      const { rows } = await sql<{ id: string }>`
        select id from users where lower(email) = lower(${email})`.execute(em.getKysely());
      return rows[0] && findUser(em, rows[0].id);
    },
    insertUser: (user) =>
      atomically(em, async (inner) => {
        const id = randomUUID();
        await inner.insert(UserEntity, { id, ...user, status: "active" });
        return toUser(await inner.findOneOrFail(UserEntity, { id }, fresh));
      }),
    link: (userId, { providerId, subject }) =>
      atomically(em, async (inner) => {
        const provider = linkedProvider(providerId);
        // The address went to somebody else there: not who this account belongs to.
        if ((await inner.count(AccountEntity, { userId, providerId: provider })) > 0) {
          throw new DomainError("email_taken");
        }
        await inner.insert(AccountEntity, { userId, providerId: provider, accountId: subject });
      }),
    giveGroups: (userId, { providerId, groupIds }) => giveGroups(em, { userId, providerId, groupIds }),
    async noteSession({ sessionId, providerId, idToken }) {
      const sealedIdToken = (await keys.forSealing(em)).seal(idToken.reveal(), placeOf(sessionId));
      await em.insert(ProviderSessionEntity, { sessionId, providerId, sealedIdToken });
    },
    async findSession(sessionId) {
      if (!isUid(sessionId)) return undefined;
      const row = await em.findOne(ProviderSessionEntity, { sessionId }, fresh);
      if (row === null) return undefined;
      const box = await keys.forOpening(row.sealedIdToken);
      const idToken = new Secret(box.open(row.sealedIdToken, placeOf(sessionId)));
      return { providerId: row.providerId, idToken };
    },
  };
}

async function findUser(em: EntityManager, id: string): Promise<User | undefined> {
  const row = await em.findOne(UserEntity, { id }, fresh);
  return row === null ? undefined : toUser(row);
}

/** Only what the provider itself gave is taken again. */
async function giveGroups(
  em: EntityManager,
  gift: { readonly userId: string; readonly providerId: string; readonly groupIds: readonly string[] },
): Promise<void> {
  const { userId, providerId, groupIds } = gift;
  await sql`
    with gone as (
      delete from given_memberships
      where user_id = ${userId} and provider_id = ${providerId} and group_id <> all(${groupIds}::uuid[])
      returning group_id
    )
    delete from group_members where user_id = ${userId} and group_id in (select group_id from gone)
      and not exists (
        select from given_memberships g
        where g.user_id = ${userId} and g.group_id = group_members.group_id and g.provider_id <> ${providerId}
      )
  `.execute(em.getKysely());
  await sql`
    with made as (
      insert into group_members (group_id, user_id)
      select given, ${userId}::uuid from unnest(${groupIds}::uuid[]) given
      on conflict do nothing returning group_id
    )
    insert into given_memberships (provider_id, user_id, group_id)
    select ${providerId}::uuid, ${userId}::uuid, group_id from made
    union
    select ${providerId}::uuid, ${userId}::uuid, group_id from given_memberships
    where user_id = ${userId} and group_id = any(${groupIds}::uuid[])
    on conflict do nothing
  `.execute(em.getKysely());
}

function placeOf(sessionId: string) {
  return { table: "provider_sessions", id: sessionId, column: "sealed_id_token" };
}

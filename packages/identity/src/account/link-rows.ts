import { DomainError, type Invitation, limits, type NewInvitation } from "@corral/core";
import { sql } from "kysely";
import type { IdentityDatabase, IdentityTransaction } from "../database/identity-database.ts";

type Kind = "invitation" | "password";
/** A link that may be used now. */
export type OpenLink = {
  readonly id: string;
  readonly email: string | null;
  readonly role: "user" | "admin" | null;
  readonly userId: string | null;
};

/** A link speaks with its maker's right: it dies with their administration. */
const isOpen = sql<boolean>`
  used_at is null and revoked_at is null and expires_at > now() and exists (
    select from users m where m.id = account_links.created_by and m.role = 'admin' and m.status = 'active')`;

export async function findOpenLink(
  database: IdentityDatabase,
  kind: Kind,
  tokenHash: string,
): Promise<OpenLink | undefined> {
  return database
    .selectFrom("accountLinks")
    .select(["id", "email", "role", "userId"])
    .where("kind", "=", kind)
    .where("tokenHash", "=", tokenHash)
    .where(isOpen)
    .executeTakeFirst();
}

/** Of many who use a link at once, one gets past here. @throws DomainError `link_invalid`. */
export async function useLink(transaction: IdentityTransaction, id: string): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable("accountLinks")
    .set({ usedAt: new Date() })
    .where("id", "=", id)
    .where(isOpen)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new DomainError("link_invalid");
}

/** What an invited person becomes, beside an account. */
export async function settleInvitation(
  transaction: IdentityTransaction,
  link: OpenLink,
  userId: string,
): Promise<void> {
  await transaction.updateTable("accountLinks").set({ userId }).where("id", "=", link.id).execute();
  await transaction
    .insertInto("groupMembers")
    .columns(["groupId", "userId"])
    .expression((from) =>
      from
        .selectFrom("accountLinkGroups")
        .select(["groupId", sql<string>`${userId}::uuid`.as("userId")])
        .where("linkId", "=", link.id),
    )
    .execute();
}

/** @throws DomainError `email_taken`, `group_not_found`, `invalid_input`. */
export async function insertInvitation(
  transaction: IdentityTransaction,
  { email, role, groupIds, expiresInMs }: NewInvitation,
  made: { readonly by: string; readonly tokenHash: string },
): Promise<Invitation> {
  // Two who invite come one after the other, and so the count holds.
  await sql`select pg_advisory_xact_lock(hashtext('corral.account_links'))`.execute(transaction);
  await assertNewAddress(transaction, email);
  await revokeInvitations(transaction, { email });
  await assertRoom(transaction);
  const row = await transaction
    .insertInto("accountLinks")
    .values({
      kind: "invitation",
      tokenHash: made.tokenHash,
      email,
      role,
      createdBy: made.by,
      expiresAt: new Date(Date.now() + expiresInMs),
    })
    .returning(["id", "createdAt", "expiresAt"])
    .executeTakeFirstOrThrow();
  const wanted = [...new Set(groupIds)];
  if (wanted.length > 0) {
    const known = await transaction.selectFrom("groups").select("id").where("id", "in", wanted).execute();
    if (known.length < wanted.length) throw new DomainError("group_not_found");
    const rows = wanted.map((groupId) => ({ linkId: row.id, groupId }));
    await transaction.insertInto("accountLinkGroups").values(rows).execute();
  }
  return {
    id: row.id,
    email,
    role,
    groupIds: wanted,
    createdBy: made.by,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    state: "open",
  };
}

/** @returns How many open ones there were. */
export async function revokeInvitations(
  transaction: IdentityTransaction,
  which: { readonly id: string } | { readonly email: string },
): Promise<number> {
  const open = transaction
    .updateTable("accountLinks")
    .set({ revokedAt: new Date() })
    .where("kind", "=", "invitation")
    .where("usedAt", "is", null)
    .where("revokedAt", "is", null);
  const chosen = "id" in which ? open.where("id", "=", which.id) : open.where("email", "=", which.email);
  return Number((await chosen.executeTakeFirst()).numUpdatedRows);
}

/** A new one takes the place of those that are open. */
export async function insertPasswordLink(
  transaction: IdentityTransaction,
  userId: string,
  made: { readonly by: string; readonly tokenHash: string },
): Promise<Date> {
  await revokePasswordLinks(transaction, userId);
  const expiresAt = new Date(Date.now() + limits.passwordLinkMs);
  await transaction
    .insertInto("accountLinks")
    .values({ kind: "password", tokenHash: made.tokenHash, userId, createdBy: made.by, expiresAt })
    .execute();
  return expiresAt;
}

export async function revokePasswordLinks(transaction: IdentityTransaction, userId: string): Promise<void> {
  await transaction
    .updateTable("accountLinks")
    .set({ revokedAt: new Date() })
    .where("kind", "=", "password")
    .where("userId", "=", userId)
    .where("usedAt", "is", null)
    .where("revokedAt", "is", null)
    .execute();
}

export async function listInvitations(
  database: IdentityDatabase,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<readonly Invitation[]> {
  const rows = await database
    .selectFrom("accountLinks")
    .select(["id", "email", "role", "createdBy", "createdAt", "expiresAt"])
    .select([
      sql<
        string[]
      >`array(select group_id::text from account_link_groups g where g.link_id = account_links.id)`.as(
        "groupIds",
      ),
      sql<
        Invitation["state"]
      >`case when used_at is not null then 'used' when revoked_at is not null then 'revoked'
        when expires_at <= now() then 'expired' when ${isOpen} then 'open' else 'revoked' end`.as("state"),
    ])
    .where("kind", "=", "invitation")
    .orderBy("createdAt", "desc")
    .orderBy("id")
    .offset(offset)
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...row,
    // A check of the table says that an invitation has both.
    email: row.email ?? "",
    role: row.role ?? "user",
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }));
}

async function assertNewAddress(transaction: IdentityTransaction, email: string): Promise<void> {
  const known = await transaction
    .selectFrom("users")
    .select("id")
    .where(sql<boolean>`lower(email) = ${email}`)
    .executeTakeFirst();
  if (known !== undefined) throw new DomainError("email_taken");
}

async function assertRoom(transaction: IdentityTransaction): Promise<void> {
  const { count } = await transaction
    .selectFrom("accountLinks")
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .where("kind", "=", "invitation")
    .where(isOpen)
    .executeTakeFirstOrThrow();
  if (Number(count) < limits.invitationsOpen) return;
  throw new DomainError(
    "invalid_input",
    `${count} invitations are open, which is the most; revoke some first.`,
  );
}

import { defineEntity, p } from "@mikro-orm/postgresql";
import { GroupEntity } from "./group.entity.ts";
import { UserEntity } from "./user.entity.ts";
import { watchTable } from "./watch-table.ts";

/** A link that works once: it makes an account, or sets an account's password. Only the hash of its secret is kept. */
export const AccountLinkEntity = defineEntity({
  name: "AccountLink",
  tableName: "account_links",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    kind: p.text().$type<"invitation" | "password">(),
    /** SHA-256 of the secret, in hex. */
    tokenHash: p.text().unique(),
    /** Of an invitation: what the account will be. */
    email: p.text().nullable(),
    role: p.text().$type<"user" | "admin">().nullable(),
    /** Whose password it sets, or whom the invitation has become. */
    userId: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").nullable().index(),
    createdBy: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("created_by").deleteRule("set null").nullable().index(),
    createdAt: p.datetime(3).defaultRaw("now()"),
    expiresAt: p.datetime(3),
    usedAt: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
  },
  checks: [
    { name: "account_links_kind_check", expression: "kind in ('invitation', 'password')" },
    { name: "account_links_role_check", expression: "role in ('user', 'admin')" },
    {
      name: "account_links_shape_check",
      expression:
        "case kind when 'invitation' then email is not null and role is not null " +
        "else email is null and role is null and user_id is not null end",
    },
  ],
  triggers: watchTable({
    table: "account_links",
    target: "account_link",
    uid: "id",
    catalog: false,
    columns: ["user_id", "expires_at", "used_at", "revoked_at"],
    hidden: ["token_hash"],
  }),
});

/** The groups that an invited person will belong to. */
export const AccountLinkGroupEntity = defineEntity({
  name: "AccountLinkGroup",
  tableName: "account_link_groups",
  properties: {
    linkId: () =>
      p.manyToOne(AccountLinkEntity).mapToPk().fieldName("link_id").deleteRule("cascade").primary(),
    groupId: () =>
      p.manyToOne(GroupEntity).mapToPk().fieldName("group_id").deleteRule("cascade").primary().index(),
  },
  triggers: watchTable({
    table: "account_link_groups",
    target: "account_link",
    uid: "link_id",
    catalog: false,
    columns: [],
  }),
});

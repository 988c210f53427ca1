import { defineEntity, p } from "@mikro-orm/postgresql";
import { GroupEntity } from "./group.entity.ts";
import { UserEntity } from "./user.entity.ts";
import { watchTable } from "./watch-table.ts";

/** What a directory comes with. Only its hash is kept. */
export const ScimTokenEntity = defineEntity({
  name: "ScimToken",
  tableName: "scim_tokens",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    name: p.text(),
    /** SHA-256, in hex. */
    tokenHash: p.text().unique(),
    masked: p.text(),
    newUserRole: p.text().$type<"pending" | "user">(),
    createdAt: p.datetime(3).defaultRaw("now()"),
  },
  checks: [{ name: "scim_tokens_role_check", expression: "new_user_role in ('pending', 'user')" }],
  triggers: watchTable({
    table: "scim_tokens",
    target: "scim_token",
    uid: "id",
    catalog: false,
    columns: ["name", "token_hash", "new_user_role"],
    hidden: ["token_hash"],
  }),
});

/** How a directory calls an account. Not watched: nothing here decides anything. */
export const ScimUserEntity = defineEntity({
  name: "ScimUser",
  tableName: "scim_users",
  properties: {
    userId: () => p.oneToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").primary(),
    userName: p.text(),
    externalId: p.text().nullable().index(),
    givenName: p.text().nullable(),
    familyName: p.text().nullable(),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  uniques: [
    {
      name: "scim_users_user_name_unique",
      expression: "create unique index scim_users_user_name_unique on scim_users (lower(user_name))",
    },
  ],
});

export const ScimGroupEntity = defineEntity({
  name: "ScimGroup",
  tableName: "scim_groups",
  properties: {
    groupId: () => p.oneToOne(GroupEntity).mapToPk().fieldName("group_id").deleteRule("cascade").primary(),
    externalId: p.text().nullable().index(),
  },
});

import type { Permission } from "@corral/access-control";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { UserEntity } from "./user.entity.ts";
import { watchTable } from "./watch-table.ts";

/** People who are named together in access rules. */
export const GroupEntity = defineEntity({
  name: "Group",
  tableName: "groups",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    name: p.text(),
    description: p.text().default(""),
    /** What its members may do beyond the defaults. */
    permissions: p.array<Permission>().defaultRaw("'{}'"),
    createdAt: p.datetime(3).defaultRaw("now()"),
  },
  uniques: [
    {
      name: "groups_name_unique",
      expression: "create unique index groups_name_unique on groups (lower(name))",
    },
  ],
  triggers: watchTable({
    table: "groups",
    target: "group",
    uid: "id",
    catalog: true,
    columns: ["name", "description", "permissions"],
  }),
});

export const GroupMemberEntity = defineEntity({
  name: "GroupMember",
  tableName: "group_members",
  properties: {
    groupId: () => p.manyToOne(GroupEntity).mapToPk().fieldName("group_id").deleteRule("cascade").primary(),
    userId: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").primary().index(),
  },
  triggers: [
    ...watchTable({ table: "group_members", target: "group", uid: "group_id", catalog: true, columns: [] }),
    // What a person may do changed too.
    ...watchTable({
      table: "group_members",
      as: "user_change",
      target: "user",
      uid: "user_id",
      catalog: true,
      columns: [],
      detail: "parent",
    }),
  ],
});

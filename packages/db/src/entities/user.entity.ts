import type { AccountStatus, Role } from "@corral/access-control";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { watchTable } from "./watch-table.ts";

/** An account. better-auth reads and writes the same table, which is why it has `email_verified` and `image`. */
export const UserEntity = defineEntity({
  name: "User",
  tableName: "users",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    name: p.text(),
    email: p.text(),
    emailVerified: p.boolean().default(false),
    image: p.text().nullable(),
    role: p.text().$type<Role>().default("pending"),
    status: p.text().$type<AccountStatus>().default("active"),
    /** `service`: a program's account, without a password and without sessions. */
    kind: p.text().$type<"person" | "service">().default("person"),
    /** Signing in with the password takes a code too. */
    twoFactorEnabled: p.boolean().default(false),
    /** At most one row ever has it: of many first sign-ups at once, the database lets one through. */
    isFirstAdministrator: p.boolean().default(false),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  uniques: [
    {
      name: "users_email_unique",
      expression: "create unique index users_email_unique on users (lower(email))",
    },
    {
      name: "users_first_administrator",
      expression:
        "create unique index users_first_administrator on users (is_first_administrator) where is_first_administrator",
    },
  ],
  checks: [
    { name: "users_role_check", expression: "role in ('pending', 'user', 'admin')" },
    { name: "users_status_check", expression: "status in ('active', 'suspended')" },
    { name: "users_kind_check", expression: "kind in ('person', 'service')" },
  ],
  triggers: [
    {
      name: "users_last_administrator",
      timing: "after",
      events: ["update", "delete"],
      expression:
        "create constraint trigger users_last_administrator after delete or update of role, status, kind on users " +
        "deferrable initially deferred for each row when (old.role = 'admin' and old.status = 'active') " +
        "execute function corral_keep_an_administrator()",
    },
    ...watchTable({
      table: "users",
      target: "user",
      uid: "id",
      catalog: true,
      columns: ["name", "email", "role", "status", "kind"],
      hidden: ["image"],
    }),
  ],
});

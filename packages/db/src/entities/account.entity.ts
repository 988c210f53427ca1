import { defineEntity, p } from "@mikro-orm/postgresql";
import { UserEntity } from "./user.entity.ts";

/** A way to sign in, in better-auth's columns: `provider_id` is `credential` for a password. */
export const AccountEntity = defineEntity({
  name: "Account",
  tableName: "accounts",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    userId: () => p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").index(),
    accountId: p.text(),
    providerId: p.text(),
    accessToken: p.text().nullable(),
    refreshToken: p.text().nullable(),
    idToken: p.text().nullable(),
    accessTokenExpiresAt: p.datetime(3).nullable(),
    refreshTokenExpiresAt: p.datetime(3).nullable(),
    scope: p.text().nullable(),
    password: p.text().nullable(),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  uniques: [{ name: "accounts_provider_account_unique", properties: ["providerId", "accountId"] }],
});

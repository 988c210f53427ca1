import { defineEntity, p } from "@mikro-orm/postgresql";

/** A short-lived proof (password reset, e-mail change), in better-auth's columns. */
export const VerificationEntity = defineEntity({
  name: "Verification",
  tableName: "verifications",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    identifier: p.text().index(),
    value: p.text(),
    expiresAt: p.datetime(3),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
});

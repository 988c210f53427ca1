import { defineEntity, p } from "@mikro-orm/postgresql";
import { UserEntity } from "./user.entity.ts";

/** A person's app for one-time codes, in the columns of better-auth's plug-in, which encrypts secret and backup codes. */
export const TwoFactorEntity = defineEntity({
  name: "TwoFactor",
  tableName: "two_factors",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    userId: () => p.oneToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade"),
    secret: p.text(),
    backupCodes: p.text(),
    verified: p.boolean().default(true),
    failedVerificationCount: p.integer().default(0),
    lockedUntil: p.datetime(3).nullable(),
  },
});

/** The public half of a key that stays in a device, in the columns of better-auth's plug-in. */
export const PasskeyEntity = defineEntity({
  name: "Passkey",
  tableName: "passkeys",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    name: p.text().nullable(),
    publicKey: p.text(),
    userId: () => p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").index(),
    credentialId: p.text().unique(),
    /** A number of 32 bits without a sign. */
    counter: p.double().$type<number>(),
    deviceType: p.text(),
    backedUp: p.boolean(),
    transports: p.text().nullable(),
    createdAt: p.datetime(3).nullable(),
    aaguid: p.text().nullable(),
  },
});

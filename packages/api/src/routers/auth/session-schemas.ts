import { permissions, roles } from "@corral/access-control";
import type { UserDetail } from "@corral/core";
import { z } from "zod";

export const userSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  status: z.enum(["active", "suspended"]),
  /** A `service` account is a program's: it owns keys, and nobody signs in to it. */
  kind: z.enum(["person", "service"]),
  createdAt: z.string(),
});

/** Programs keep `token`; browsers have the cookie and ignore it. */
export const signedInSchema = z.strictObject({ user: userSchema, token: z.string(), expiresAt: z.string() });

export const emailSchema = z
  .email("must be an e-mail address")
  .max(254)
  .transform((email) => email.toLowerCase());
/** Length and strength are judged where accounts are made, so that sign-in says nothing about them. */
export const passwordSchema = z.string().min(1).max(1024);
/** What stands behind the `#` of a one-time link. */
export const linkTokenSchema = z.string().trim().min(1).max(128);
/** Six digits, perhaps written in two groups, or a backup code. */
export const secondFactorCodeSchema = z
  .string()
  .transform((code) => code.replaceAll(/\s/gu, ""))
  .pipe(
    z.string().regex(/^(?:\d{6}|[0-9A-Za-z]{5}-[0-9A-Za-z]{5})$/u, "must be six digits, or a backup code"),
  );
export const personNameSchema = z
  .string()
  .transform((name) => name.normalize("NFC").trim())
  .pipe(z.string().min(1).max(256));

/** Who is signed in, and what they may do apart from any single model. */
export const currentSessionSchema = z.strictObject({
  user: userSchema.omit({ status: true, kind: true, createdAt: true }),
  permissions: z.array(z.enum(permissions)),
  groupIds: z.array(z.string()),
  credential: z.enum(["session", "key"]),
});

export const userDetailSchema = userSchema.extend({
  /** A picture as a `data:` URL. */
  image: z.string().nullable(),
  /** `name` is `null` where the asker does not belong to the group. */
  groups: z.array(z.strictObject({ id: z.string(), name: z.string().nullable() })),
});

export function fromUserDetail(user: UserDetail): z.output<typeof userDetailSchema> {
  return { ...user, groups: [...user.groups] };
}

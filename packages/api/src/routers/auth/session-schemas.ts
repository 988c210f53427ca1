import { permissions, roles } from "@corral/access-control";
import { z } from "zod";

export const userSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  status: z.enum(["active", "suspended"]),
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
export const personNameSchema = z
  .string()
  .transform((name) => name.normalize("NFC").trim())
  .pipe(z.string().min(1).max(256));

/** Who is signed in, and what they may do apart from any single model. */
export const currentSessionSchema = z.strictObject({
  user: userSchema.omit({ status: true, createdAt: true }),
  permissions: z.array(z.enum(permissions)),
  groupIds: z.array(z.string()),
  credential: z.enum(["session", "key"]),
});

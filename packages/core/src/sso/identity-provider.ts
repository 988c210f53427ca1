import { z } from "zod";
import { connectionKeySchema } from "../connection/connection.ts";
import { limits } from "../limits.ts";

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/u, "must be lower-case letters, digits and hyphens");
const claimName = z.string().trim().min(1).max(128);
const claimValue = z.string().min(1).max(limits.nameLength);
const claimValues = z.array(claimValue).max(limits.ssoMappings);

/** Which groups a person is put into. What no rule names stays as it is. */
export const groupMappingSchema = z.strictObject({
  /** Values of the claim that stand for a group, whatever it is called. */
  mapped: z.array(z.strictObject({ value: claimValue, groupId: z.uuid() })).max(limits.ssoMappings),
  /** Every other value: of no concern, the group of that name if there is one, or made if there is none. */
  others: z.enum(["ignore", "existing", "create"]),
});
export type GroupMapping = z.output<typeof groupMappingSchema>;

/** Values of the claim that give a role; the highest counts. */
export const roleMappingSchema = z.strictObject({
  admin: claimValues,
  user: claimValues,
  pending: claimValues,
});
export type RoleMapping = z.output<typeof roleMappingSchema>;

/** Who gets an account at the first sign-in. */
export const newUsersSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("anyone") }),
  /** With a verified address at one of these domains. */
  z.strictObject({
    kind: z.literal("domains"),
    domains: z
      .array(
        z
          .string()
          .trim()
          .toLowerCase()
          .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/u),
      )
      .min(1)
      .max(100),
  }),
]);
export type NewUsers = z.output<typeof newUsersSchema>;

const fields = {
  name: z.string().trim().min(1).max(limits.keyNameLength),
  /** As the provider calls itself; its endpoints are discovered from there. */
  issuer: z.url().max(2_048),
  clientId: z.string().trim().min(1).max(limits.nameLength),
  scopes: z
    .array(z.string().regex(/^[\u0021\u0023-\u005b\u005d-\u007e]{1,128}$/u, "is no scope"))
    .min(1)
    .max(32)
    .refine((scopes) => scopes.includes("openid"), "must contain openid"),
  /** Name of the claim, or a path such as `realm_access.roles`; `null`: groups are not managed from there. */
  groupsClaim: claimName.nullable(),
  groups: groupMappingSchema,
  /** As the groups' claim. `null`: roles are given in Corral alone. */
  roleClaim: claimName.nullable(),
  roles: roleMappingSchema,
  newUsers: newUsersSchema,
  /** Of new accounts, and of everybody whose claim gives no role. */
  newUserRole: z.enum(["pending", "user"]),
  /** An account with the same verified address becomes theirs at the first sign-in. */
  linkByEmail: z.boolean(),
  enabled: z.boolean(),
};

export const createIdentityProviderSchema = z.strictObject({
  ...fields,
  /** Part of the sign-in address; fixed. */
  slug,
  /** Absent: a public client, which PKCE protects alone. */
  clientSecret: connectionKeySchema.optional(),
  scopes: fields.scopes.default(["openid", "profile", "email"]),
  groupsClaim: fields.groupsClaim.default(null),
  groups: fields.groups.default({ mapped: [], others: "existing" }),
  roleClaim: fields.roleClaim.default(null),
  roles: fields.roles.default({ admin: [], user: [], pending: [] }),
  newUsers: fields.newUsers.default({ kind: "none" }),
  newUserRole: fields.newUserRole.default("pending"),
  linkByEmail: fields.linkByEmail.default(false),
  enabled: fields.enabled.default(true),
});
export type CreateIdentityProvider = z.output<typeof createIdentityProviderSchema>;

export const updateIdentityProviderSchema = z.strictObject({
  id: z.uuid(),
  revision: z.int().min(1),
  ...z.strictObject(fields).partial().shape,
  /** Absent keeps the stored secret, `null` removes it, a string replaces it. */
  clientSecret: connectionKeySchema.nullable().optional(),
});
export type UpdateIdentityProvider = z.output<typeof updateIdentityProviderSchema>;

/** A place where people sign in. Without its secret, of which a fingerprint tells. */
export const identityProviderSchema = z.strictObject({
  id: z.string(),
  slug: z.string(),
  ...fields,
  clientSecretFingerprint: z.string().nullable(),
  revision: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type IdentityProvider = z.output<typeof identityProviderSchema>;

export type NewIdentityProvider = Omit<CreateIdentityProvider, "clientSecret">;

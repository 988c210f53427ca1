import { keyScopes, type ApiKey, type OwnKey } from "@corral/core";
import { z } from "zod";

/** The key named `default`, without its secret. */
export const apiKeySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  masked: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});

export function toDefaultKey({ id, name, masked, createdAt, lastUsedAt }: ApiKey) {
  return { id, name, masked, createdAt, lastUsedAt };
}

/** Whose keys are meant, for administrators: a service account; to list and to end keys, anybody. Else one's own. */
export const keyOwner = { ownerId: z.uuid().optional() } as const;

/** A key without its secret. */
export const ownKeySchema = z.strictObject({
  ...apiKeySchema.shape,
  scopes: z.union([z.array(z.enum(keyScopes)), z.literal("owner")]),
  models: z
    .strictObject({
      entries: z.array(z.strictObject({ uid: z.string(), id: z.string().nullable() })),
      patterns: z.array(z.string()),
    })
    .nullable(),
  /** `null`: never. */
  expiresAt: z.string().nullable(),
});

/** The only time that a secret is shown. */
export const madeKeySchema = z.strictObject({ apiKey: ownKeySchema, key: z.string() });

export function fromOwnKey(key: OwnKey): z.output<typeof ownKeySchema> {
  return {
    ...key,
    scopes: key.scopes === "owner" ? "owner" : [...key.scopes],
    models: key.models && { entries: [...key.models.entries], patterns: [...key.models.patterns] },
  };
}

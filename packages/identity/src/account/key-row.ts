import { type ApiKey, type KeyChanges, keyScopes, type StoredKeyAllowList } from "@corral/core";

export const keyColumns = [
  "id",
  "name",
  "masked",
  "scopes",
  "models",
  "createdAt",
  "lastUsedAt",
  "expiresAt",
] as const;

type KeyRow = {
  readonly id: string;
  readonly name: string;
  readonly masked: string;
  readonly scopes: string[] | null;
  readonly models: StoredKeyAllowList | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
};

export function toApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    masked: row.masked,
    scopes: row.scopes === null ? "owner" : keyScopes.filter((scope) => row.scopes?.includes(scope)),
    models: row.models,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}

/** A key as columns; only what is given. */
export function toKeyValues(changes: KeyChanges): Partial<KeyValues> {
  const { name, scopes, models, expiresAt } = changes;
  return {
    ...(name !== undefined && { name }),
    ...(scopes !== undefined && { scopes: [...scopes] }),
    ...(models !== undefined && { models: models && JSON.stringify(models) }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
  };
}

export type KeyValues = {
  readonly name: string;
  readonly scopes: string[] | null;
  readonly models: string | null;
  readonly expiresAt: Date | null;
};

import type { KeyScope, StoredKeyAllowList } from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { UserEntity } from "./user.entity.ts";
import { watchTable } from "./watch-table.ts";

/** An API key. Only its hash is kept, with a masked form to recognize it by. */
export const ApiKeyEntity = defineEntity({
  name: "ApiKey",
  tableName: "api_keys",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    userId: () => p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").index(),
    name: p.text(),
    /** SHA-256 of the key, in hex. */
    keyHash: p.text().unique(),
    masked: p.text(),
    /** `null`: everything its owner may do. */
    scopes: p.array<KeyScope>().nullable(),
    /** `null`: every model that its owner may use. uids without foreign keys: they are never used again. */
    models: p.json<StoredKeyAllowList>().nullable(),
    createdAt: p.datetime(3).defaultRaw("now()"),
    lastUsedAt: p.datetime(3).nullable(),
    expiresAt: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
  },
  uniques: [
    {
      name: "api_keys_user_name_unique",
      expression:
        "create unique index api_keys_user_name_unique on api_keys (user_id, name) where revoked_at is null",
    },
  ],
  triggers: watchTable({
    table: "api_keys",
    target: "key",
    uid: "id",
    catalog: false,
    columns: ["user_id", "name", "key_hash", "scopes", "models", "expires_at", "revoked_at"],
    hidden: ["key_hash"],
  }),
});

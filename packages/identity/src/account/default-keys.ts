import { type ApiKey, type ChangeAuthor, DomainError, Secret } from "@corral/core";
import { createApiKeyText, maskApiKey } from "../credential/api-key-text.ts";
import { hashCredential } from "../credential/hash-credential.ts";
import { type IdentityDatabase, type IdentityTransaction, writeAs } from "../database/identity-database.ts";

/** The key with its owner's rights that everybody may have one of. */
const name = "default";

type Row = { id: string; name: string; masked: string; createdAt: Date; lastUsedAt: Date | null };

/** The keys named `default`. Nothing here waits for the catalog: whoever calls does. */
export class DefaultKeys {
  readonly #database: IdentityDatabase;

  constructor(database: IdentityDatabase) {
    this.#database = database;
  }

  async find(userId: string): Promise<ApiKey | undefined> {
    const row = await this.#database
      .selectFrom("apiKeys")
      .select(["id", "name", "masked", "createdAt", "lastUsedAt"])
      .where("userId", "=", userId)
      .where("name", "=", name)
      .where("revokedAt", "is", null)
      .executeTakeFirst();
    return row === undefined ? undefined : toApiKey(row);
  }

  async replace(userId: string, author: ChangeAuthor): Promise<{ apiKey: ApiKey; key: Secret }> {
    const key = createApiKeyText();
    const row = await writeAs(this.#database, author, async (transaction) => {
      await lockUser(transaction, userId);
      await remove(transaction, userId);
      return transaction
        .insertInto("apiKeys")
        .values({ userId, name, keyHash: hashCredential(key), masked: maskApiKey(key), scopes: null })
        .returning(["id", "name", "masked", "createdAt", "lastUsedAt"])
        .executeTakeFirstOrThrow();
    });
    return { apiKey: toApiKey(row), key: new Secret(key) };
  }

  /** `false`: there was none. */
  async delete(userId: string, author: ChangeAuthor): Promise<boolean> {
    return writeAs(this.#database, author, async (transaction) => remove(transaction, userId));
  }
}

/** Two who replace one key at a time come one after the other. */
async function lockUser(transaction: IdentityTransaction, userId: string): Promise<void> {
  const user = await transaction
    .selectFrom("users")
    .select("id")
    .where("id", "=", userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (user === undefined) throw new DomainError("user_not_found");
}

async function remove(transaction: IdentityTransaction, userId: string): Promise<boolean> {
  const { numDeletedRows } = await transaction
    .deleteFrom("apiKeys")
    .where("userId", "=", userId)
    .where("name", "=", name)
    .where("revokedAt", "is", null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

function toApiKey(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    masked: row.masked,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

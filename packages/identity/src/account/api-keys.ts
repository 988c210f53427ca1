import {
  type ApiKey,
  type ChangeAuthor,
  DomainError,
  type KeyChanges,
  limits,
  type NewKey,
  Secret,
} from "@corral/core";
import { createApiKeyText, maskApiKey } from "../credential/api-key-text.ts";
import { hashCredential } from "../credential/hash-credential.ts";
import { type IdentityDatabase, type IdentityTransaction, writeAs } from "../database/identity-database.ts";
import { keyColumns, type KeyValues, toApiKey, toKeyValues } from "./key-row.ts";

/** The key with its owner's rights that everybody may have one of. */
const defaultName = "default";

type MadeKey = { readonly apiKey: ApiKey; readonly key: Secret };
type OwnKey = { readonly userId: string; readonly id: string };

/** Everybody's own keys. Nothing here waits for the catalog: whoever calls does. */
export class ApiKeys {
  readonly #database: IdentityDatabase;

  constructor(database: IdentityDatabase) {
    this.#database = database;
  }

  /** Those that are not revoked, expired ones too, the newest first. */
  async list(userId: string): Promise<readonly ApiKey[]> {
    const rows = await this.#database
      .selectFrom("apiKeys")
      .select(keyColumns)
      .where("userId", "=", userId)
      .where("revokedAt", "is", null)
      .orderBy("createdAt", "desc")
      .orderBy("id")
      .execute();
    return rows.map(toApiKey);
  }

  /** @throws DomainError `name_taken`, `user_not_found`, `invalid_input` beyond the number of keys that one may have. */
  async create(userId: string, input: NewKey, author: ChangeAuthor): Promise<MadeKey> {
    return writeAs(this.#database, author, async (transaction) => {
      await lockUser(transaction, userId);
      await assertRoom(transaction, userId, input.name);
      const all = { name: input.name, scopes: null, models: null, expiresAt: null, ...toKeyValues(input) };
      return insert(transaction, { userId, ...all });
    });
  }

  /** @throws DomainError `key_not_found`, `name_taken`. */
  async update({ userId, id }: OwnKey, changes: KeyChanges, author: ChangeAuthor): Promise<ApiKey> {
    return writeAs(this.#database, author, async (transaction) => {
      await lockUser(transaction, userId);
      const row = await own(transaction, { userId, id });
      if (changes.name !== undefined && changes.name !== row.name) {
        await assertRoom(transaction, userId, changes.name);
      }
      const values = toKeyValues(changes);
      // an update without a column is no SQL
      if (Object.keys(values).length === 0) return toApiKey(row);
      const changed = await transaction
        .updateTable("apiKeys")
        .set(values)
        .where("id", "=", id)
        .returning(keyColumns)
        .executeTakeFirstOrThrow();
      return toApiKey(changed);
    });
  }

  /**
   * A new secret for a key, under its name and with its rights. The old one goes on until `overlapMs` have passed.
   *
   * @throws DomainError `key_not_found`.
   */
  async roll(
    { userId, id }: OwnKey,
    { overlapMs }: { readonly overlapMs: number },
    author: ChangeAuthor,
  ): Promise<MadeKey> {
    return writeAs(this.#database, author, async (transaction) => {
      await lockUser(transaction, userId);
      const { name, scopes, models, expiresAt } = await own(transaction, { userId, id });
      const endsAt = new Date(Date.now() + overlapMs);
      await transaction
        .updateTable("apiKeys")
        .set({
          name: `${name} (until ${endsAt.toISOString()})`,
          expiresAt: expiresAt !== null && expiresAt < endsAt ? expiresAt : endsAt,
        })
        .where("id", "=", id)
        .execute();
      const kept = { scopes, models: models === null ? null : JSON.stringify(models), expiresAt };
      return insert(transaction, { userId, name, ...kept });
    });
  }

  /** `false`: there was none. */
  async delete({ userId, id }: OwnKey, author: ChangeAuthor): Promise<boolean> {
    return writeAs(this.#database, author, async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom("apiKeys")
        .where("userId", "=", userId)
        .where("id", "=", id)
        .where("revokedAt", "is", null)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }

  async findDefault(userId: string): Promise<ApiKey | undefined> {
    return (await this.list(userId)).find(({ name }) => name === defaultName);
  }

  async replaceDefault(userId: string, author: ChangeAuthor): Promise<MadeKey> {
    return writeAs(this.#database, author, async (transaction) => {
      await lockUser(transaction, userId);
      await removeDefault(transaction, userId);
      return insert(transaction, { userId, name: defaultName, scopes: null, models: null, expiresAt: null });
    });
  }

  /** `false`: there was none. */
  async deleteDefault(userId: string, author: ChangeAuthor): Promise<boolean> {
    return writeAs(this.#database, author, async (transaction) => removeDefault(transaction, userId));
  }
}

async function insert(
  transaction: IdentityTransaction,
  values: KeyValues & { readonly userId: string },
): Promise<MadeKey> {
  const key = createApiKeyText();
  const row = await transaction
    .insertInto("apiKeys")
    .values({ ...values, keyHash: hashCredential(key), masked: maskApiKey(key) })
    .returning(keyColumns)
    .executeTakeFirstOrThrow();
  return { apiKey: toApiKey(row), key: new Secret(key) };
}

/** Two who write one person's keys come one after the other. */
async function lockUser(transaction: IdentityTransaction, userId: string): Promise<void> {
  const user = await transaction
    .selectFrom("users")
    .select("id")
    .where("id", "=", userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (user === undefined) throw new DomainError("user_not_found");
}

async function assertRoom(transaction: IdentityTransaction, userId: string, name: string): Promise<void> {
  const rows = await transaction
    .selectFrom("apiKeys")
    .select(["name"])
    .where("userId", "=", userId)
    .where("revokedAt", "is", null)
    .execute();
  if (rows.some((row) => row.name === name)) {
    throw new DomainError("name_taken", `You already have a key named "${name}".`);
  }
  if (rows.length >= limits.keysPerUser) {
    throw new DomainError(
      "invalid_input",
      `You have ${rows.length} keys, which is the most; delete one first.`,
    );
  }
}

async function own(transaction: IdentityTransaction, { userId, id }: OwnKey) {
  const row = await transaction
    .selectFrom("apiKeys")
    .select(keyColumns)
    .where("userId", "=", userId)
    .where("id", "=", id)
    .where("revokedAt", "is", null)
    .executeTakeFirst();
  if (row === undefined || row.name === defaultName) throw new DomainError("key_not_found");
  return row;
}

async function removeDefault(transaction: IdentityTransaction, userId: string): Promise<boolean> {
  const { numDeletedRows } = await transaction
    .deleteFrom("apiKeys")
    .where("userId", "=", userId)
    .where("name", "=", defaultName)
    .where("revokedAt", "is", null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

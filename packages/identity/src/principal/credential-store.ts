import { DomainError, type KeyScope, keyScopes, limits, type StoredKeyAllowList } from "@corral/core";
import type { IdentityDatabase } from "../database/identity-database.ts";
import type { KnownCredential } from "./known-credential.ts";

type SessionRow = { id: string; userId: string; createdAt: Date; expiresAt: Date };
type KeyRow = {
  id: string;
  userId: string;
  name: string;
  scopes: string[] | null;
  models: StoredKeyAllowList | null;
  expiresAt: Date | null;
};

/** Reads credentials. Any failure is `database_unavailable`: not knowing who asks is never an answer. */
export class CredentialStore {
  readonly #database: IdentityDatabase;

  constructor(database: IdentityDatabase) {
    this.#database = database;
  }

  /** @param hash SHA-256 of what was presented, in hex. */
  async find(kind: KnownCredential["kind"], hash: string): Promise<KnownCredential | undefined> {
    return failClosed(async () => {
      if (kind === "session") {
        const row = await this.#sessions().where("token", "=", hash).executeTakeFirst();
        return row === undefined ? undefined : fromSession(row);
      }
      const row = await this.#keys().where("keyHash", "=", hash).executeTakeFirst();
      return row === undefined ? undefined : fromKey(row);
    });
  }

  /** Those of the given credentials that still exist, by id. */
  async listById(ids: {
    readonly session: readonly string[];
    readonly key: readonly string[];
  }): Promise<ReadonlyMap<string, KnownCredential>> {
    return failClosed(async () => {
      const sessions =
        ids.session.length === 0 ? [] : await this.#sessions().where("id", "in", ids.session).execute();
      const keys = ids.key.length === 0 ? [] : await this.#keys().where("id", "in", ids.key).execute();
      const found = [...sessions.map(fromSession), ...keys.map(fromKey)];
      return new Map(found.map((credential) => [credential.id, credential]));
    });
  }

  #sessions() {
    return this.#database.selectFrom("sessions").select(["id", "userId", "createdAt", "expiresAt"]);
  }

  #keys() {
    return this.#database
      .selectFrom("apiKeys")
      .select(["id", "userId", "name", "scopes", "models", "expiresAt"])
      .where("revokedAt", "is", null);
  }
}

function fromSession(row: SessionRow): KnownCredential {
  return {
    kind: "session",
    id: row.id,
    userId: row.userId,
    name: "",
    scopes: "owner",
    models: null,
    expiresAt: row.expiresAt.getTime(),
    endsAt: row.createdAt.getTime() + limits.sessionAbsoluteMs,
  };
}

function fromKey(row: KeyRow): KnownCredential {
  return {
    kind: "key",
    id: row.id,
    userId: row.userId,
    name: row.name,
    scopes: row.scopes === null ? "owner" : new Set(row.scopes.filter(isKeyScope)),
    models: row.models && { uids: new Set(row.models.uids), patterns: row.models.patterns },
    expiresAt: row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
    endsAt: Number.POSITIVE_INFINITY,
  };
}

/** A scope that this version does not know allows nothing. */
function isKeyScope(text: string): text is KeyScope {
  return keyScopes.some((scope) => scope === text);
}

async function failClosed<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new DomainError("database_unavailable", undefined, { cause });
  }
}

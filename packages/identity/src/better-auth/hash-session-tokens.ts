import type { DBAdapter, DBTransactionAdapter, Where } from "@better-auth/core/db/adapter";
import { hashCredential } from "../credential/hash-credential.ts";

/**
 * Keeps session tokens out of the database: better-auth has no option for it, so its adapter is given their SHA-256
 * to store and to search by, and gives back the token that was asked with.
 */
export function hashSessionTokens(adapter: DBAdapter): DBAdapter {
  return {
    ...hashTokens(adapter),
    transaction: async (work) => adapter.transaction(async (inner) => work(hashTokens(inner))),
  };
}

function hashTokens(adapter: DBTransactionAdapter): DBTransactionAdapter {
  return {
    ...adapter,
    create: async (query) => {
      const token: unknown = query.model === "session" ? query.data["token"] : undefined;
      if (typeof token !== "string") return adapter.create(query);
      return giveBack(
        await adapter.create({ ...query, data: { ...query.data, token: hashCredential(token) } }),
        token,
      );
    },
    findOne: async (query) => giveBack(await adapter.findOne(hashed(query)), tokenOf(query)),
    update: async (query) => giveBack(await adapter.update(hashed(query)), tokenOf(query)),
    consumeOne: async (query) => giveBack(await adapter.consumeOne(hashed(query)), tokenOf(query)),
    incrementOne: async (query) => giveBack(await adapter.incrementOne(hashed(query)), tokenOf(query)),
    findMany: async (query) => adapter.findMany(hashed(query)),
    updateMany: async (query) => adapter.updateMany(hashed(query)),
    delete: async (query) => adapter.delete(hashed(query)),
    deleteMany: async (query) => adapter.deleteMany(hashed(query)),
    count: async (query) => adapter.count(hashed(query)),
  };
}

function hashed<Query extends { model: string; where?: Where[] | undefined }>(query: Query): Query {
  if (query.model !== "session" || query.where === undefined) return query;
  return { ...query, where: query.where.map(hashCondition) };
}

function hashCondition(condition: Where): Where {
  if (condition.field !== "token") return condition;
  const { value } = condition;
  if (typeof value === "string") return { ...condition, value: hashCredential(value) };
  if (Array.isArray(value))
    return { ...condition, value: value.map((token) => hashCredential(String(token))) };
  return condition;
}

function tokenOf(query: { model: string; where: Where[] }): string | undefined {
  if (query.model !== "session") return undefined;
  const value = query.where.find(({ field }) => field === "token")?.value;
  return typeof value === "string" ? value : undefined;
}

function giveBack<Row>(row: Row, token: string | undefined): Row {
  return row === null || token === undefined ? row : { ...row, token };
}

import type { EntityManager } from "@mikro-orm/postgresql";
import { sql, type RawBuilder } from "kysely";
import type { SealedPlace, SecretBox } from "./secret-box.ts";

/** A column of sealed texts. A test holds that none is missing here: a rotation would leave it behind. */
type SealedColumn = {
  readonly table: string;
  readonly id: string;
  readonly column: string;
  /** Holds the fingerprint of the same secret. */
  readonly fingerprint?: string;
};

export const sealedColumns: readonly SealedColumn[] = [
  { table: "connections", id: "uid", column: "sealed_key", fingerprint: "key_fingerprint" },
  {
    table: "connections",
    id: "uid",
    column: "sealed_client_secret",
    fingerprint: "client_secret_fingerprint",
  },
  { table: "connections", id: "uid", column: "sealed_headers" },
  {
    table: "identity_providers",
    id: "id",
    column: "sealed_client_secret",
    fingerprint: "client_secret_fingerprint",
  },
  { table: "provider_sessions", id: "session_id", column: "sealed_id_token" },
  // those under `secret.` that are no hashes
  { table: "settings", id: "key", column: "value" },
];

/** How many texts each root key sealed, by its id. */
export async function countSealed(em: EntityManager): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const column of sealedColumns) {
    const { rows } = await sql<{ key_id: string; count: number }>`
      select split_part(${textOf(column)}, '.', 2) as key_id, count(*)::int as count
      from ${sql.table(column.table)} where ${isSealed(column)} group by 1
    `.execute(em.getKysely());
    for (const row of rows) counts.set(row.key_id, (counts.get(row.key_id) ?? 0) + row.count);
  }
  return counts;
}

/**
 * Seals texts of one column anew that another key than the box's first one sealed, at most so many.
 *
 * @param em A transaction.
 * @returns How many there were.
 */
export async function resealSome(
  em: EntityManager,
  box: SecretBox,
  { column, limit }: { readonly column: SealedColumn; readonly limit: number },
): Promise<number> {
  const { table, id, fingerprint } = column;
  const { rows } = await sql<{ id: string; sealed: string }>`
    select ${sql.ref(id)}::text as id, ${textOf(column)} as sealed from ${sql.table(table)}
    where ${isSealed(column)} and split_part(${textOf(column)}, '.', 2) <> ${box.keyId}
    order by 1 limit ${limit} for update
  `.execute(em.getKysely());
  for (const row of rows) {
    const place: SealedPlace = { table, id: row.id, column: column.column };
    const text = box.open(row.sealed, place);
    const sealed = box.seal(text, place);
    const value = isJson(column) ? sql`to_jsonb(${sealed}::text)` : sql`${sealed}`;
    const mark = fingerprint ? sql`, ${sql.ref(fingerprint)} = ${box.fingerprint(text)}` : sql``;
    await sql`
      update ${sql.table(table)} set ${sql.ref(column.column)} = ${value}${mark} where ${sql.ref(id)}::text = ${row.id}
    `.execute(em.getKysely());
  }
  return rows.length;
}

function textOf(column: SealedColumn): RawBuilder<string> {
  return isJson(column) ? sql`(${sql.ref(column.column)} #>> '{}')` : sql`${sql.ref(column.column)}`;
}

function isSealed(column: SealedColumn): RawBuilder<boolean> {
  return isJson(column)
    ? sql`key like 'secret.%' and ${textOf(column)} ~ '^v1\\.[0-9a-f]{8}\\.'`
    : sql`${sql.ref(column.column)} is not null`;
}

function isJson({ table }: SealedColumn): boolean {
  return table === "settings";
}

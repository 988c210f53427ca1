import type { Client } from "pg";

/** A table as a backup holds it. */
export type BackedUpTable = {
  readonly name: string;
  readonly columns: readonly string[];
  /** In whose order rows are written, so that equal contents give equal bytes. */
  readonly key: readonly string[];
};

type Row = {
  readonly name: string;
  readonly columns: string[];
  readonly key: string[];
  readonly needs: string[];
};

/**
 * Every table whose rows matter, each after those that its foreign keys point to. Asked of the database itself, so that
 * none can be forgotten; left out are the list of migrations, and what PostgreSQL may forget as well (unlogged).
 */
export async function listTables(client: Client): Promise<readonly BackedUpTable[]> {
  const { rows } = await client.query<Row>(`
    select t.relname as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      coalesce((select array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum)) from pg_index i
        join pg_attribute a on a.attrelid = t.oid and a.attnum = any(i.indkey)
        where i.indrelid = t.oid and i.indisprimary), '{}') as key,
      coalesce((select array_agg(distinct f.confrelid::regclass::text) from pg_constraint f
        where f.conrelid = t.oid and f.contype = 'f' and f.confrelid <> t.oid), '{}') as needs
    from pg_class t
    where t.relnamespace = current_schema()::regnamespace and t.relkind = 'r' and t.relpersistence = 'p'
      and t.relname <> 'schema_migrations'
    order by t.relname
  `);
  const sorted: Row[] = [];
  const left = [...rows];
  while (left.length > 0) {
    const at = left.findIndex(({ needs }) => needs.every((name) => !left.some((row) => row.name === name)));
    const [next] = left.splice(at, 1);
    if (at === -1 || next === undefined) throw new Error("Tables refer to each other in a circle.");
    sorted.push(next);
  }
  return sorted;
}

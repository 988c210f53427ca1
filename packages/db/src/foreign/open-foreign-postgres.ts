import { Client } from "pg";
import type { ForeignDatabase, ForeignRow } from "./foreign-database.ts";

const connectMs = 5_000;
const statementMs = 60_000;

/** A database of PostgreSQL, read as of one moment. @throws whatever PostgreSQL or the network say. */
export async function openForeignPostgres(url: string): Promise<ForeignDatabase> {
  const client = new Client({
    connectionString: url,
    application_name: "corral-import",
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
  });
  // the query in flight rejects by itself
  client.on("error", () => undefined);
  await client.connect();
  const quote = (name: string) => client.escapeIdentifier(name);
  try {
    await client.query("begin isolation level repeatable read read only");
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    async columnsOf(table) {
      const { rows } = await client.query<{ name: string }>(
        `select attname::text as name from pg_attribute
          where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`,
        [quote(table)],
      );
      return rows.map(({ name }) => name);
    },
    async rowsOf(table, columns) {
      const list = columns.map((name) => `${quote(name)}::text as ${quote(name)}`);
      const { rows } = await client.query<ForeignRow>(`select ${list.join(", ")} from ${quote(table)}`);
      return rows;
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

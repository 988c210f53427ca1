import type { SQLOutputValue } from "node:sqlite";
import type { ForeignDatabase } from "./foreign-database.ts";

const waitMs = 5_000;

/** A file of SQLite, read as of the moment when it is first asked. @throws whatever SQLite says. */
export async function openForeignSqlite(path: string): Promise<ForeignDatabase> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path, { readOnly: true, timeout: waitMs });
  database.exec("begin");
  return {
    async columnsOf(table) {
      const rows = database.prepare("select name from pragma_table_info(?)").all(table);
      return rows.map(({ name }) => String(name));
    },
    async rowsOf(table, columns) {
      const list = columns.map((name) => `cast(${quote(name)} as text) as ${quote(name)}`);
      const rows = database.prepare(`select ${list.join(", ")} from ${quote(table)}`).all();
      return rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toText(value)])),
      );
    },
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}

function toText(value: SQLOutputValue): string | null {
  return value === null ? null : String(value);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

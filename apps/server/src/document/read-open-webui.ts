import type { ForeignDatabase, ForeignRow } from "@corral/db";

/** The tables of Open WebUI as far as they mean something here. */
const wanted = {
  model: ["id", "user_id", "base_model_id", "name", "params", "meta", "access_control", "is_active"],
  access_grant: ["resource_id", "resource_type", "principal_type", "principal_id", "permission"],
  user: ["id", "email"],
  group: ["id", "name", "description", "user_ids", "permissions", "data", "meta"],
  group_member: ["group_id", "user_id"],
} as const;
type TableName = keyof typeof wanted;
const tableNames = Object.keys(wanted) as TableName[]; // safe: they are its keys

/** Tables whose other columns somebody may look for here. */
const told: ReadonlySet<TableName> = new Set(["model", "group"]);

/** What `documents.import` takes as `open-webui-database`. */
export type OpenWebUITables = {
  readonly tables: Readonly<Partial<Record<TableName, readonly ForeignRow[]>>>;
  readonly leftOut: readonly string[];
};

/** @returns `undefined` where the tables are not Open WebUI's. */
export async function readOpenWebUI(database: ForeignDatabase): Promise<OpenWebUITables | undefined> {
  const tables: Partial<Record<TableName, readonly ForeignRow[]>> = {};
  const leftOut: string[] = [];
  for (const table of tableNames) {
    const there = await database.columnsOf(table);
    const columns = wanted[table].filter((column) => there.includes(column));
    if (columns.length > 0) tables[table] = inOrder(await database.rowsOf(table, columns));
    const names: readonly string[] = wanted[table];
    if (told.has(table)) {
      leftOut.push(
        ...there.filter((column) => !names.includes(column)).map((column) => `${table}.${column}`),
      );
    }
    if (
      table === "model" &&
      !["id", "base_model_id", "params", "meta"].every((name) => there.includes(name))
    ) {
      return undefined;
    }
  }
  const { access_grant: grants, ...others } = tables;
  if (others.user === undefined) return undefined;
  if (grants === undefined) return { tables: others, leftOut };
  // a grant of a tool or a prompt is none of ours
  const ofModels = grants
    .filter((row) => row["resource_type"] === "model")
    .map(({ resource_type: _type, ...grant }) => grant);
  return { tables: { ...others, access_grant: ofModels }, leftOut };
}

/** The same in every database, whatever its collation. */
function inOrder(rows: readonly ForeignRow[]): readonly ForeignRow[] {
  const keyed = rows.map((row) => ({ row, key: Object.values(row)[0] ?? "" }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  return keyed.map(({ row }) => row);
}

import { open } from "node:fs/promises";
import { isDomainError, limits, type ImportRequest } from "@corral/core";
import type { ForeignDatabase } from "@corral/db";
import { readOpenWebUI } from "../document/read-open-webui.ts";
import { CliFailure } from "./cli-context.ts";
import type { CliHost } from "./cli-host.ts";
import { readDocumentText } from "./read-document-text.ts";

export const importProducts = ["open-webui", "litellm"] as const;
export type ImportProduct = (typeof importProducts)[number];

const sqliteMagic = "SQLite format 3\0";

/** What is to be imported, in the form that `documents.import` takes. @throws CliFailure when it cannot be read. */
export async function readImportSource(
  host: Pick<CliHost, "stdin">,
  product: ImportProduct,
  from: string,
): Promise<Pick<ImportRequest, "format" | "text">> {
  if (product === "open-webui" && /^postgres(?:ql)?:\/\//u.test(from)) {
    return readDatabase(async () => (await import("@corral/db")).openForeignPostgres(from));
  }
  if (product === "open-webui" && (await isSqlite(from))) {
    return readDatabase(async () => (await import("@corral/db")).openForeignSqlite(from));
  }
  return { format: product, text: await readDocumentText(host, from) };
}

async function isSqlite(path: string): Promise<boolean> {
  try {
    await using file = await open(path, "r");
    const { buffer } = await file.read({ buffer: Buffer.alloc(sqliteMagic.length), position: 0 });
    return buffer.toString("latin1") === sqliteMagic;
  } catch {
    // whoever reads it as text says what is wrong
    return false;
  }
}

async function readDatabase(
  openDatabase: () => Promise<ForeignDatabase>,
): Promise<Pick<ImportRequest, "format" | "text">> {
  const tables = await readTables(openDatabase);
  if (tables === undefined) {
    throw new CliFailure(
      "unknown_database",
      "The database is not Open WebUI's: its tables are not there.",
      "Name the file webui.db in Open WebUI's data folder, or the database of its DATABASE_URL.",
    );
  }
  const text = JSON.stringify(tables);
  if (text.length <= limits.importBodyBytes) return { format: "open-webui-database", text };
  throw new CliFailure(
    "payload_too_large",
    "What the database says of models is more than 64 MiB.",
    "Take pictures and attached knowledge away from the largest, or export the models in parts.",
  );
}

async function readTables(openDatabase: () => Promise<ForeignDatabase>) {
  try {
    await using database = await openDatabase();
    return await readOpenWebUI(database);
  } catch (error) {
    if (!(error instanceof Error) || isDomainError(error)) throw error;
    throw new CliFailure(
      "unreadable_database",
      `The database cannot be read: ${error.message}.`,
      "Check that it is there and that address, user, password and database are right; of SQLite take a copy that Open WebUI does not write to.",
    );
  }
}

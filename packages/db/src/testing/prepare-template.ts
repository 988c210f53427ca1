import { basename } from "node:path/posix";
import { connect, toDatabaseUrl } from "./connect.ts";
import { migrate } from "../migrate.ts";

/**
 * Makes the database that every test database is a copy of.
 *
 * @param url Names the template; the database does not exist yet. No connection to it may stay open.
 */
export async function prepareTemplate(url: string): Promise<void> {
  await using server = await connect(toDatabaseUrl(url, "postgres"));
  await server.query(`create database ${server.escapeIdentifier(basename(new URL(url).pathname))}`);
  await migrate(url);
}

import { connect } from "@corral/db/testing";
import type { TestServer } from "./start-test-server.ts";

/** Runs one statement on a server's database, as psql would. */
export async function query(
  server: Pick<TestServer, "databaseUrl">,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  await using connection = await connect(server.databaseUrl);
  return (await connection.query<Record<string, unknown>>(text, [...values])).rows;
}

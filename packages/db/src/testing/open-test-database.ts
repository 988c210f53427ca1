import type { ChangeAuthor } from "@corral/core";
import type { Client } from "pg";

import { createDatabase, type Database } from "../database.ts";
import { connect } from "./connect.ts";
import { createTestDatabase, type TestDatabase } from "./create-test-database.ts";

/** A migrated database of a test's own, as the program opens it and as psql does. */
export interface OpenTestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly database: Database;
  /** A writer that does not say who it is. */
  readonly client: Client;
}

/** The root key of test databases. */
export const testSecretKey = new Uint8Array(32).fill(7);

/** Who writes in tests. */
export const testAuthor: ChangeAuthor = { actorId: null, action: "test" };

export async function openTestDatabase(template?: string): Promise<OpenTestDatabase> {
  await using opening = new AsyncDisposableStack();
  const { url }: TestDatabase = opening.use(await createTestDatabase(template));
  const client = opening.use(await connect(url));
  const database = opening.use(await createDatabase({ url, secretKey: testSecretKey }));
  const resources = opening.move();
  return { url, database, client, [Symbol.asyncDispose]: async () => resources.disposeAsync() };
}

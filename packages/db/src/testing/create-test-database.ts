import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { DatabaseError } from "pg";
import { inject } from "vitest";

import { connect, toDatabaseUrl } from "./connect.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The test run's server, connected to a database that is no test's own. */
    databaseUrl: string;
    /** Name of the migrated database that test databases are copied from. */
    templateDatabase: string;
  }
}

/** A database of one test file's own; dropped with its block, open connections included. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
}

const dropAttempts = 40;

function isForbidden(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "42501";
}

/** Copies the template; `template0` or another name gives a copy of that. */
export async function createTestDatabase(template?: string): Promise<TestDatabase> {
  const serverUrl = inject("databaseUrl");
  if (serverUrl === undefined) {
    throw new Error("There is no test server: run vitest from the repository's root, which starts one.");
  }
  const name = `test_${randomBytes(8).toString("hex")}`;
  await using server = await connect(serverUrl);
  const source = server.escapeIdentifier(template ?? inject("templateDatabase"));
  await server.query(`create database ${name} template ${source}`);

  const drop = async (): Promise<void> => {
    await using again = await connect(serverUrl);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await again.query(`drop database if exists ${name} with (force)`);
        return;
      } catch (error) {
        // The server's own vacuum is at work there; only a superuser could send it away, and it is soon done.
        if (attempt === dropAttempts || !isForbidden(error)) throw error;
        await pause(250);
      }
    }
  };
  return { url: toDatabaseUrl(serverUrl, name), name, [Symbol.asyncDispose]: drop };
}

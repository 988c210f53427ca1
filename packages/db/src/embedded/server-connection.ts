import { Client } from "pg";

import { APPLICATION, HOST, SUPERUSER } from "./server-settings.ts";

interface ServerAddress {
  readonly port: number;
  readonly password: string;
}

/** Runs `work` on a superuser's connection, which ends with it; each step has `timeoutMs`. */
export async function withSuperuser<Result>(
  address: ServerAddress,
  timeoutMs: number,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    host: HOST,
    port: address.port,
    user: SUPERUSER,
    database: SUPERUSER,
    password: address.password,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  // A connection that breaks between two steps fails the next one; unheard, the event would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether the server at this address takes our password and serves this very directory. */
export async function isServing(
  address: ServerAddress,
  dataDirectory: string,
  timeoutMs: number,
): Promise<boolean> {
  try {
    return await withSuperuser(address, timeoutMs, async (client) => {
      const { rows } = await client.query<{ directory: string }>(
        "select current_setting('data_directory') as directory",
      );
      return rows[0]?.directory === dataDirectory;
    });
  } catch {
    return false;
  }
}

/**
 * Makes the application's role and database once.
 *
 * The role is no superuser, so that a flaw in the application does not open the machine through `COPY … PROGRAM`,
 * and so that code which needs a superuser fails here before it fails on somebody's own server.
 */
export async function ensureDatabase(address: ServerAddress): Promise<void> {
  await withSuperuser(address, 10_000, async (client) => {
    const { rows } = await client.query<{ has_role: boolean; has_database: boolean }>(
      `select exists (select from pg_roles where rolname = $1) as has_role,
              exists (select from pg_database where datname = $1) as has_database`,
      [APPLICATION],
    );
    if (rows[0]?.has_role !== true) {
      const password = client.escapeLiteral(address.password);
      await client.query(`create role ${APPLICATION} login createdb password ${password}`);
    }
    if (rows[0]?.has_database !== true)
      await client.query(`create database ${APPLICATION} owner ${APPLICATION}`);
  });
}

/** Carries the password: never log it. */
export function toApplicationUrl(address: ServerAddress): string {
  return `postgres://${APPLICATION}:${address.password}@${HOST}:${address.port}/${APPLICATION}`;
}

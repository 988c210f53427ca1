import { Client } from "pg";

/** One connection that ends with its block: `await using client = await connect(url)`. */
export async function connect(url: string): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // Tests stop servers under open connections; what matters to a test is its next query.
  client.on("error", () => undefined);
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.end() });
}

/** The same server and credentials, another database. */
export function toDatabaseUrl(url: string, database: string): string {
  const result = new URL(url);
  result.pathname = `/${database}`;
  return result.href;
}

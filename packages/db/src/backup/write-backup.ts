import { createHash } from "node:crypto";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { assertSchemaIsKnown, listAppliedMigrations } from "../migrate.ts";
import { magic, toFrame, type BackupHeader } from "./archive-frames.ts";
import { listTables, type BackedUpTable } from "./list-tables.ts";

/** How far a backup or a restore has come. */
export type BackupProgress = { readonly table: string; readonly rows: number; readonly totalRows: number };

/** What a backup holds. */
export type BackupSummary = {
  readonly header: BackupHeader;
  readonly rows: number;
  /** SHA-256 by table: equal for equal contents. */
  readonly tables: Readonly<Record<string, string>>;
};

type WriteOptions = {
  /** Of this Corral. */
  readonly version: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
};

/**
 * Writes everything that the database holds as of one moment, while others go on writing. Secrets stay sealed. The
 * schema may be an older one: a backup is what one wants before it is migrated.
 *
 * @throws DatabaseStartError where the schema is a newer version's, or none, and whatever the output or PostgreSQL say.
 */
export async function writeBackup(
  url: string,
  output: Writable,
  options: WriteOptions,
): Promise<BackupSummary> {
  await assertSchemaIsKnown(url);
  const client = new Client({
    connectionString: url,
    application_name: "corral-backup",
    connectionTimeoutMillis: 5_000,
  });
  // the query in flight rejects by itself
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    const payload = new Payload(client, options);
    const signal = options.signal && { signal: options.signal };
    const source = Readable.from(payload.frames(), { objectMode: false });
    await pipeline(source, createGzip({ level: 4 }), sealed, output, { ...signal });
    return payload.summary();
  } finally {
    await client.end();
  }
}

/** The name of the format before, the hash of everything behind. */
async function* sealed(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const hash = createHash("sha256").update(magic);
  yield magic;
  for await (const chunk of compressed) {
    hash.update(chunk);
    yield chunk;
  }
  yield hash.digest();
}

class Payload {
  readonly #client: Client;
  readonly #options: WriteOptions;
  readonly #tables: Record<string, string> = {};
  #header: BackupHeader | undefined;
  #rows = 0;
  #totalRows = 0;

  constructor(client: Client, options: WriteOptions) {
    this.#client = client;
    this.#options = options;
  }

  async *frames(): AsyncGenerator<Buffer, void, void> {
    const tables = await listTables(this.#client);
    this.#header = await this.#readHeader();
    this.#totalRows = await this.#countRows(tables);
    yield toFrame("H", this.#header);
    for (const table of tables) yield* this.#copy(table);
    yield toFrame("Z", { tables: this.#tables });
  }

  summary(): BackupSummary {
    if (this.#header === undefined) throw new Error("The backup has not been written.");
    return { header: this.#header, rows: this.#rows, tables: this.#tables };
  }

  async *#copy({ name, columns, key }: BackedUpTable): AsyncGenerator<Buffer, void, void> {
    yield toFrame("T", { name, columns });
    const hash = createHash("sha256");
    let rows = 0;
    let bytes = 0;
    const list = (names: readonly string[]) =>
      names.map((one) => this.#client.escapeIdentifier(one)).join(", ");
    const order = key.length === 0 ? "" : ` order by ${list(key)}`;
    const query = `copy (select ${list(columns)} from ${list([name])}${order}) to stdout`;
    for await (const chunk of this.#client.query(copyTo(query))) {
      // safe: the stream is one of bytes
      const data = chunk as Buffer;
      hash.update(data);
      bytes += data.length;
      const found = countLines(data);
      rows += found;
      this.#rows += found;
      this.#options.onProgress?.({ table: name, rows: this.#rows, totalRows: this.#totalRows });
      yield toFrame("D", data);
    }
    const sha256 = hash.digest("hex");
    this.#tables[name] = sha256;
    yield toFrame("E", { rows, bytes, sha256 });
  }

  async #readHeader(): Promise<BackupHeader> {
    const { rows } = await this.#client.query<{ value: unknown }>(
      "select value from settings where key = 'secret.key_check'",
    );
    const keyCheck = rows[0]?.value;
    return {
      createdAt: new Date().toISOString(),
      version: this.#options.version,
      migrations: await listAppliedMigrations(this.#client),
      keyCheck: typeof keyCheck === "string" ? keyCheck : null,
    };
  }

  async #countRows(tables: readonly BackedUpTable[]): Promise<number> {
    let total = 0;
    for (const { name } of tables) {
      const { rows } = await this.#client.query<{ count: string }>(
        `select count(*) as count from ${this.#client.escapeIdentifier(name)}`,
      );
      total += Number(rows[0]?.count ?? 0);
    }
    return total;
  }
}

/** COPY ends each row with a line feed, and has none inside. */
function countLines(data: Buffer): number {
  let count = 0;
  for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) count += 1;
  return count;
}

import { randomBytes } from "node:crypto";
import { finished } from "node:stream/promises";
import { Client } from "pg";
import { from as copyFrom, type CopyStreamQuery } from "pg-copy-streams";
import { opensKeyCheck } from "../check-secret-key.ts";
import { listAppliedMigrations, migrate } from "../migrate.ts";
import { migrations } from "../migrations/migrations.ts";
import { createSecretBox, type RootKeys, type SecretBox } from "../secret-box.ts";
import type { BackupHeader } from "./archive-frames.ts";
import { BackupError } from "./backup-error.ts";
import { listTables } from "./list-tables.ts";
import { readBackup } from "./read-backup.ts";
import type { BackupProgress, BackupSummary } from "./write-backup.ts";

export type RestoreOptions = {
  /** Must open what the backup holds. */
  readonly secretKeys: RootKeys;
  /** Also onto a database that holds something, all of which goes. */
  readonly replace: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
};

/** What was restored, and the epoch that its revisions have from now on. */
export type Restored = BackupSummary & { readonly epoch: string };

/**
 * Makes a database what a backup says, in one transaction: all of it or nothing. The whole backup is checked before
 * anything is written. Revisions begin a new epoch, so that nobody takes old numbers for new ones.
 *
 * @throws BackupError with its code, DatabaseStartError, and whatever PostgreSQL says.
 */
export async function restoreBackup(url: string, path: string, options: RestoreOptions): Promise<Restored> {
  const checked = await readBackup(path, {}, options.signal);
  assertUsable(checked.header, createSecretBox(options.secretKeys));
  await prepareSchema(url, checked.header, options.replace);
  const client = await connect(url);
  try {
    const epoch = await restoreOnto(client, path, { ...options, checked });
    await migrate(url);
    return { ...checked, epoch };
  } finally {
    await client.end();
  }
}

function assertUsable({ migrations: applied, keyCheck, version }: BackupHeader, box: SecretBox): void {
  const known = new Set<string>(migrations.map(({ name }) => name));
  if (applied.some((name) => !known.has(name))) {
    throw new BackupError(
      "backup_too_new",
      `The backup was made by a newer Corral (${version}). Restore it with that version.`,
    );
  }
  if (keyCheck === null || opensKeyCheck(box, keyCheck)) return;
  throw new BackupError(
    "wrong_secret_key",
    `The backup's secrets were sealed with another key than this one (${box.keyId}). Put the key file that belongs to the backup in place, or set CORRAL_SECRET_KEY.`,
  );
}

/** The tables as they were when the backup was made; what is newer comes after the rows. */
async function prepareSchema(url: string, header: BackupHeader, replace: boolean): Promise<void> {
  const client = await connect(url);
  try {
    const applied = await listAppliedMigrations(client);
    if (applied.length > 0) {
      await assertUnused(client, replace);
      if (!isSameSet(applied, header.migrations)) throw outdated(header);
      return;
    }
  } finally {
    await client.end();
  }
  await migrate(url, { to: header.migrations.at(-1) ?? "" });
}

async function assertUnused(client: Client, replace: boolean): Promise<void> {
  const live =
    (await hasProcesses(client)) &&
    ((await client.query("select from processes where lease_until > clock_timestamp()")).rowCount ?? 0) > 0;
  if (live) {
    throw new BackupError(
      "target_in_use",
      "Corral is running on this database. Stop it first, on every machine.",
    );
  }
  if (replace) return;
  const { rows } = await client.query<{ used: boolean }>(
    "select exists (select from users) or exists (select from connections) or exists (select from model_records) as used",
  );
  if (rows[0]?.used !== true) return;
  throw new BackupError(
    "target_not_empty",
    "The database holds accounts, connections or models. Restore onto an empty one, or repeat with --replace, which deletes all that it holds.",
  );
}

/** The first schemas knew of no other processes. */
async function hasProcesses(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass('processes') is not null as there",
  );
  return rows[0]?.there === true;
}

async function restoreOnto(
  client: Client,
  path: string,
  options: RestoreOptions & { readonly checked: BackupSummary },
): Promise<string> {
  const { checked, signal, onProgress } = options;
  const quote = (name: string) => client.escapeIdentifier(name);
  const tables = await listTables(client);
  const names = tables.map(({ name }) => quote(name));
  let copy: CopyStreamQuery | undefined;
  let done = 0;
  await client.query("begin");
  // history and counters are restored, not written anew
  for (const name of names) await client.query(`alter table ${name} disable trigger user`);
  await client.query(`truncate ${names.join(", ")}`);
  await readBackup(
    path,
    {
      async onTable({ name, columns }) {
        copy = client.query(copyFrom(`copy ${quote(name)} (${columns.map(quote).join(", ")}) from stdin`));
        // its failure is met by whoever waits for its end
        copy.on("error", () => undefined);
      },
      async onData(data) {
        if (copy !== undefined && !copy.write(data)) await drained(copy);
      },
      async onTableEnd({ name, rows }) {
        if (copy !== undefined) await finished(copy.end());
        done += rows;
        onProgress?.({ table: name, rows: done, totalRows: checked.rows });
      },
    },
    signal,
  );
  for (const { name, columns } of tables) {
    for (const column of columns) await moveSequence(client, { name, column });
  }
  const epoch = randomBytes(4).toString("hex");
  await client.query("update change_counter set epoch = $1", [epoch]);
  for (const name of names) await client.query(`alter table ${name} enable trigger user`);
  if (await hasProcesses(client)) await client.query("delete from processes");
  signal?.throwIfAborted();
  await client.query("commit");
  return epoch;
}

/** Resolves when more can be written, or the copy has failed. */
function drained(copy: CopyStreamQuery): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  copy.once("drain", resolve);
  copy.once("close", resolve);
  return promise;
}

/** So that the next row gets a number that none has. */
async function moveSequence(
  client: Client,
  { name, column }: { readonly name: string; readonly column: string },
): Promise<void> {
  const quoted = client.escapeIdentifier(column);
  const table = client.escapeIdentifier(name);
  const { rows } = await client.query<{ sequence: string | null }>(
    "select pg_get_serial_sequence($1, $2) as sequence",
    [table, column],
  );
  const sequence = rows[0]?.sequence ?? null;
  if (sequence === null) return;
  await client.query(
    `select setval($1::regclass, coalesce((select max(${quoted}) from ${table}), 0) + 1, false)`,
    [sequence],
  );
}

async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: "corral-restore",
    connectionTimeoutMillis: 5_000,
  });
  // the query in flight rejects by itself
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

function outdated({ version }: BackupHeader): BackupError {
  return new BackupError(
    "target_outdated",
    `The database has the tables of another version of Corral than the one that made the backup (${version}). Restore onto an empty database; this version brings it up to date.`,
  );
}

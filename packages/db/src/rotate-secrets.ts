import { MikroORM } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { Client } from "pg";
import { DatabaseStartError } from "./database-start-error.ts";
import { sealingLock } from "./key-ring.ts";
import { assertSchemaIsCurrent } from "./migrate.ts";
import { toOrmOptions } from "./orm-options.ts";
import { countSealed, resealSome, sealedColumns } from "./sealed-columns.ts";
import { createSecretBox, type RootKeys } from "./secret-box.ts";
import { toDomainError } from "./to-domain-error.ts";
import { write } from "./unit-of-work.ts";

/** The stored secrets, while nobody else rotates their keys. Servers may run beside it. */
export interface SecretRotation extends AsyncDisposable {
  /** How many texts each root key sealed, by its id. */
  count(): Promise<ReadonlyMap<string, number>>;
  /**
   * Seals with the first key whatever another one sealed, in transactions of 100 texts. Interrupted at any moment and
   * called again, it goes on. When it returns, nothing is or will be sealed with another key by a process whose keys are
   * read from the same place.
   *
   * @returns How many texts were sealed anew.
   * @throws DatabaseStartError `wrong_secret_key` before anything is written when a key is missing.
   */
  reseal(
    keys: RootKeys,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void },
  ): Promise<number>;
}

/** Any number, as long as every version of Corral uses the same. */
const rotationLock = 7_024_804;
const batchSize = 100;

/** @throws DatabaseStartError `rotation_running`, `schema_outdated`, `schema_too_new`. */
export async function openSecretRotation(url: string): Promise<SecretRotation> {
  await using opening = new AsyncDisposableStack();
  await assertSchemaIsCurrent(url);
  opening.use(await holdRotation(url));
  const orm = await MikroORM.init(
    toOrmOptions({ url, poolMax: 1, applicationName: "corral-rotate", statementTimeoutMs: 60_000 }),
  );
  opening.defer(() => orm.close(true));
  const resources = opening.move();
  return {
    count: () => countSealed(orm.em.fork()),
    async reseal(keys, options = {}) {
      try {
        return await reseal(orm, keys, options);
      } catch (error) {
        throw error instanceof DatabaseStartError ? error : toDomainError(error);
      }
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The root key that sealed what this migrated database holds; `undefined` when nothing was sealed yet. */
export async function findSealingKey(url: string): Promise<string | undefined> {
  const orm = await MikroORM.init(
    toOrmOptions({ url, poolMax: 1, applicationName: "corral", statementTimeoutMs: 10_000 }),
  );
  try {
    return [...(await countSealed(orm.em.fork())).keys()][0];
  } finally {
    await orm.close(true);
  }
}

async function reseal(
  orm: MikroORM,
  keys: RootKeys,
  { signal, onProgress }: Parameters<SecretRotation["reseal"]>[1] & object,
): Promise<number> {
  const box = createSecretBox(keys);
  const counts = await countSealed(orm.em.fork());
  const total = [...counts].reduce((sum, [keyId, count]) => sum + (keyId === box.keyId ? 0 : count), 0);
  const unknown = [...counts.keys()].filter((keyId) => !box.keyIds.includes(keyId));
  if (unknown.length > 0) throw missingKeys(unknown, box.keyIds);
  await waitForSealers(orm);
  let done = 0;
  for (const column of sealedColumns) {
    for (;;) {
      signal?.throwIfAborted();
      const author = { actorId: null, action: "secrets.rotate" };
      const { value } = await write(orm, author, (em) => resealSome(em, box, { column, limit: batchSize }));
      if (value === 0) break;
      done += value;
      onProgress?.(done, Math.max(done, total));
    }
  }
  return done;
}

/** Whoever began to seal before the new key was there has ended; whoever begins later reads the keys anew. */
async function waitForSealers(orm: MikroORM): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    await sql`select pg_advisory_xact_lock(${sealingLock})`.execute(em.getKysely());
  });
}

/** The lock belongs to the connection and goes with it, also when the process is killed. */
async function holdRotation(url: string): Promise<AsyncDisposable> {
  const client = new Client({
    connectionString: url,
    application_name: "corral-rotate",
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", () => undefined);
  await client.connect();
  const { rows } = await client.query<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [
    rotationLock,
  ]);
  if (rows[0]?.held === true) return { [Symbol.asyncDispose]: () => client.end() };
  await client.end();
  throw new DatabaseStartError(
    "rotation_running",
    "Another process is rotating this database's keys. Wait for it, or end it.",
  );
}

export function missingKeys(missing: readonly string[], known: readonly string[]): DatabaseStartError {
  return new DatabaseStartError(
    "wrong_secret_key",
    `Secrets in the database were sealed with key ${missing.join(", ")}, and known here is ${known.join(", ")}. ` +
      "Put the old key back, beside the new one; without it these secrets are lost.",
  );
}

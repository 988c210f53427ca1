import type { CatalogFeed, ProcessLeases, RefreshLeases, Secret, UnitOfWork } from "@corral/core";
import { MikroORM } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { checkSecretKey } from "./check-secret-key.ts";
import { createRefreshLeases } from "./discovery/refresh-leases.ts";
import { createCatalogFeed } from "./feed/catalog-feed.ts";
import { readIdentitySecret } from "./identity-secret.ts";
import { findImage, type StoredImage } from "./images.ts";
import { openKeyRing, type SecretKeys } from "./key-ring.ts";
import { assertSchemaIsCurrent } from "./migrate.ts";
import { toOrmOptions } from "./orm-options.ts";
import { prune, type Pruned, type PruneOptions } from "./prune.ts";
import type { PoolSettings } from "./postgres-dialect.ts";
import { createProcessLeases, forgetProcesses } from "./processes/process-leases.ts";
import { createSettingsStore, type SettingsStore } from "./settings.ts";
import { toDomainError } from "./to-domain-error.ts";
import { createUnitOfWork } from "./unit-of-work.ts";

export type DatabaseOptions = {
  /** `postgres://…`; the schema is already migrated. */
  readonly url: string;
  /** 32 bytes, from which the keys are derived that seal secrets; or what reads them, and older ones, anew. */
  readonly secretKey: SecretKeys;
  /** Connections at the same time, beside the three that the catalog follows changes on; 10 when absent. */
  readonly poolMax?: number;
  /** As `pg_stat_activity` shows it; `corral` when absent. */
  readonly applicationName?: string;
  /** No other process can be on this database, nor hold a lease from before PostgreSQL crashed; `false` when absent. */
  readonly isOursAlone?: boolean;
  /** How long one statement may take; 10 seconds when absent. */
  readonly statementTimeoutMs?: number;
};

/** Everything that Corral keeps in PostgreSQL. */
export interface Database extends AsyncDisposable {
  /** Signs cookies. The same for every process and after every rotation of the root key. */
  readonly identitySecret: Secret;
  readonly unitOfWork: UnitOfWork;
  readonly feed: CatalogFeed;
  /** This process's lease: each opened database is a process of its own. */
  readonly processes: ProcessLeases;
  readonly settings: SettingsStore;
  /** Which process lists which connection, on a connection of its own that opens with the first question. */
  openRefreshLeases(): RefreshLeases;
  /** The picture behind `corral-image:<hash>` in a model's meta. */
  findImage(hash: string): Promise<StoredImage | undefined>;
  /** @throws DomainError `database_unavailable`. */
  ping(): Promise<void>;
  /**
   * Cuts the change log and deletes pictures that nobody uses. Never less than a day and 100,000 lines stay, and a
   * model's history as long as it is shown.
   *
   * @returns How many lines and pictures went.
   */
  prune(options?: PruneOptions): Promise<Pruned>;
}

/**
 * Opens a migrated database.
 *
 * @throws DatabaseStartError `schema_outdated`, `schema_too_new`, `wrong_secret_key`.
 * @throws DomainError `database_unavailable`.
 */
export async function createDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, secretKey, poolMax = 10, applicationName = "corral", statementTimeoutMs = 10_000 } = options;
  const keys = await openKeyRing(secretKey);
  await using opening = new AsyncDisposableStack();
  const open = async (pool: Pick<PoolSettings, "poolMax" | "applicationName">): Promise<MikroORM> => {
    const orm = await MikroORM.init(toOrmOptions({ ...pool, url, statementTimeoutMs }));
    opening.defer(() => orm.close(true));
    return orm;
  };
  await asDomainErrors(() => assertSchemaIsCurrent(url));
  const orm = await asDomainErrors(() => open({ poolMax, applicationName }));
  // Of its own: writers that wait for each other must not cost the process its lease.
  const follower = await asDomainErrors(() =>
    open({ poolMax: followerPoolMax, applicationName: `${applicationName}-feed` }),
  );
  await asDomainErrors(async () => checkSecretKey(orm, await keys.forOpening()));
  const identitySecret = await asDomainErrors(() => readIdentitySecret(orm, keys));
  if (options.isOursAlone === true) await asDomainErrors(() => forgetProcesses(follower));
  const resources = opening.move();

  return {
    identitySecret,
    unitOfWork: createUnitOfWork(orm, keys),
    feed: createCatalogFeed(follower, url),
    processes: createProcessLeases(follower),
    settings: createSettingsStore(orm),
    openRefreshLeases: () => createRefreshLeases(url),
    findImage: (hash) => asDomainErrors(() => findImage(orm.em.fork(), hash)),
    ping: () =>
      asDomainErrors(async () => {
        await sql`select 1`.execute(orm.em.fork().getKysely());
      }),
    prune: (pruneOptions) => asDomainErrors(() => prune(orm, pruneOptions)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const followerPoolMax = 2;

async function asDomainErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDomainError(error);
  }
}

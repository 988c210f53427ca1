import {
  createProviderRegistry,
  startCatalog,
  startConnectionRefresher,
  type Catalog,
  type ConnectionRefresher,
  type ModelFilter,
  type RefresherPorts,
} from "@corral/core";
import { createDatabase, type Database } from "@corral/db";
import { aConnection, createTestDatabase, noSecrets, testAuthor, testSecretKey } from "@corral/db/testing";
import { createProviderFactory } from "../../src/create-provider.ts";
import { createEntraTokens } from "../../src/entra/create-entra-tokens.ts";

/** What one process has that lists connections, without the server around it. */
export interface RefresherProcess extends AsyncDisposable {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly refresher: ConnectionRefresher;
  readonly errors: unknown[];
  /** By the time that the refresher sees. */
  readonly clock: { nowMs: number };
  connect(url: string, change?: { readonly models?: ModelFilter }): Promise<string>;
  /** Since when the model's only place lacks it, as this process's catalog has it; `undefined` for an unknown model. */
  missingSince(id: string): string | null | undefined;
}

/** Nothing happens by the clock unless a test asks for it. */
export const never = {
  localMs: 3_600_000,
  externalMs: 3_600_000,
  retryMs: 3_600_000,
  retryMaxMs: 3_600_000,
  takeOverMs: 3_600_000,
};

const noSource = {
  resolve: () => Promise.reject(new Error("no connection here refers to a secret")),
};

export async function startRefresher(
  options: { readonly databaseUrl?: string; readonly intervals?: RefresherPorts["intervals"] } = {},
): Promise<RefresherProcess> {
  await using starting = new AsyncDisposableStack();
  const url = options.databaseUrl ?? starting.use(await createTestDatabase()).url;
  const database = starting.use(await createDatabase({ url, secretKey: testSecretKey }));
  const { unitOfWork, feed } = database;
  const catalog = starting.use(await startCatalog(feed));
  const createProvider = createProviderFactory(createEntraTokens());
  const registry = starting.use(
    createProviderRegistry({ catalog, unitOfWork, createProvider, secrets: noSource }),
  );
  const leases = starting.use(database.openRefreshLeases());
  const errors: unknown[] = [];
  const clock = { nowMs: Date.UTC(2026, 0, 5) };
  const refresher = starting.use(
    await startConnectionRefresher({
      catalog,
      unitOfWork,
      registry,
      leases,
      now: () => new Date(clock.nowMs),
      onError: (error) => errors.push(error),
      intervals: options.intervals ?? never,
    }),
  );
  const resources = starting.move();
  return {
    database,
    catalog,
    refresher,
    errors,
    clock,
    async connect(address, change = {}) {
      const { value, change: number } = await unitOfWork.write(testAuthor, ({ connections }) =>
        connections.insert(aConnection({ url: address, timeouts: { listMs: 2_000 }, ...change }), noSecrets),
      );
      await catalog.acknowledge(number);
      await refresher.refresh(value.uid);
      return value.uid;
    },
    missingSince(id) {
      const entry = catalog.current().findByName(id);
      return entry?.kind === "base" ? entry.base.placements[0]?.missingSince : undefined;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

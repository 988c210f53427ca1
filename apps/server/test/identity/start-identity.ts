import { randomUUID } from "node:crypto";
import type { Role } from "@corral/access-control";
import {
  type Actor,
  type Catalog,
  type ClientInfo,
  isDomainError,
  Secret,
  startCatalog,
  type User,
} from "@corral/core";
import { createDatabase, type Database } from "@corral/db";
import { connect, createTestDatabase } from "@corral/db/testing";
import { createIdentity, type Identity, type IdentityOptions } from "@corral/identity";

export const setupCode = "MAPLE-7401-RIVER";
export const goodPassword = "orbit velvet cactus 41";
export const client: ClientInfo = { address: "198.51.100.7", userAgent: "vitest", requestId: "req-1" };
export const author = { actorId: null, action: "test" };

/** A second user agent of another network, so that failures of one test do not count for the other. */
export const elsewhere: ClientInfo = { ...client, address: "203.0.113.9" };

export interface TestIdentity extends Identity {
  readonly url: string;
  readonly catalog: Catalog;
  readonly database: Database;
  readonly clock: { advance(ms: number): void };
  /** Runs one statement, as psql would. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** The administrator, signed in. */
  signUpAdministrator(): ReturnType<Identity["accounts"]["signUp"]>;
}

/** Identity as the server composes it: a migrated PostgreSQL of its own, the real catalog and its feed. */
export async function startIdentity(options: Partial<IdentityOptions> = {}): Promise<TestIdentity> {
  await using starting = new AsyncDisposableStack();
  const { url } = starting.use(await createTestDatabase());
  const database = starting.use(await createDatabase({ url, secretKey: new Uint8Array(32), poolMax: 2 }));
  const catalog = starting.use(await startCatalog(database.feed));
  let offsetMs = 0;
  const identity = starting.use(
    await openIdentity({ url, catalog }, { now: () => Date.now() + offsetMs, ...options }),
  );
  const resources = starting.move();
  const query = async (text: string, values: readonly unknown[] = []) => {
    await using connection = await connect(url);
    return (await connection.query<Record<string, unknown>>(text, [...values])).rows;
  };
  return {
    ...identity,
    url,
    catalog,
    database,
    query,
    clock: { advance: (ms) => (offsetMs += ms) },
    signUpAdministrator: async () =>
      identity.accounts.signUp(
        { email: "ada@example.com", password: goodPassword, name: "Ada", setupCode },
        client,
      ),
    [Symbol.asyncDispose]: async () => resources.disposeAsync(),
  };
}

/** One more process on the same database. */
export async function openIdentity(
  { url, catalog }: { readonly url: string; readonly catalog: Catalog },
  options: Partial<IdentityOptions> = {},
): Promise<Identity> {
  return createIdentity({
    databaseUrl: url,
    publicUrl: "http://127.0.0.1:8420",
    secret: new Secret("a signing secret for tests, 32 characters or more"),
    setupCode: new Secret(setupCode),
    catalog,
    isSignUpOpen: () => false,
    log: { warn: () => undefined },
    ...options,
  });
}

/** The code that a promise fails with; `ok` when it does not. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    if (isDomainError(error)) return error.code;
    throw error;
  }
}

/** Waits until every change that is committed is in the catalog. */
export async function settle(identity: TestIdentity): Promise<void> {
  const [row] = await identity.query("select change from change_counter");
  await identity.catalog.acknowledge(Number(row?.["change"]));
}

/** Takes the database away: no connection stays and none is let in until it is disposed. */
export async function cutDatabase(url: string): Promise<AsyncDisposable> {
  const name = new URL(url).pathname.slice(1);
  const server = new URL(url);
  server.pathname = "/postgres";
  const run = async (text: string): Promise<void> => {
    await using connection = await connect(server.href);
    await connection.query(text);
  };
  await run(`alter database ${name} allow_connections false`);
  await run(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  return { [Symbol.asyncDispose]: async () => run(`alter database ${name} allow_connections true`) };
}

/** Somebody new with a session. */
export async function signInSomebody(identity: Identity, role: Role = "user"): Promise<Somebody> {
  const email = `somebody-${randomUUID()}@example.com`;
  const user = await identity.accounts.addUser(
    { email, password: goodPassword, name: "Somebody", role },
    author,
  );
  const { token } = await identity.accounts.signIn({ email, password: goodPassword }, client);
  return { user, email, token: token.reveal(), actor: await actorOf(identity, token.reveal()) };
}
export type Somebody = {
  readonly user: User;
  readonly email: string;
  readonly token: string;
  readonly actor: Actor;
};

/** Who a bearer is. */
export async function actorOf(identity: Identity, bearer: string): Promise<Actor> {
  const actor = await identity.authenticator.authenticate({ bearer, cookie: undefined });
  if (actor === null) throw new Error("A bearer token was taken for the absence of one.");
  return actor;
}

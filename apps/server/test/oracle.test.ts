import {
  aWorld,
  Dice,
  large,
  Oracle,
  someKeys,
  type OracleCaller,
  type OracleModel,
} from "@corral/core/testing";
import { startSimulatedOpenAI, type SimulatedOpenAI } from "@corral/simulated-providers";
import { connect } from "@corral/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listV1, tryChat } from "./support/access-world.ts";
import { failureOf } from "./support/failure-of.ts";
import { clientFor, signUpAdministrator } from "./support/people.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";
import { openSessions, storeWorld, toStorable, uuidOf } from "./support/store-world.ts";

const worlds = Array.from({ length: 10 }, (_, at) => 1_000 + at);
const callersAWorld = 20;
const modelsACaller = 10;
const isActive = ({ user }: OracleCaller) => user.status === "active" && user.role !== "pending";

let upstream: SimulatedOpenAI;
beforeAll(async () => {
  const upstreamIds = Array.from({ length: 18 }, (_, base) =>
    Array.from({ length: 4 }, (__, connection) => `b${base}@c${connection}`),
  ).flat();
  upstream = await startSimulatedOpenAI({ models: upstreamIds });
  // What is stored stays: a listing would put what it finds in its place.
  upstream.faults.set({ path: "/v1/models", fault: { kind: "status", code: 403 } });
});
afterAll(async () => upstream.stop());

type Asker = { readonly caller: OracleCaller; readonly token: string };

/** Everybody with a session, and keys of some of those who may have one. */
async function openDoors(server: TestServer, seed: number, oracle: Oracle): Promise<readonly Asker[]> {
  const { state } = oracle;
  const tokens = await openSessions(
    server.databaseUrl,
    state.users.map(({ id }) => id),
  );
  const askers = state.users.map((user) => ({
    caller: { user, key: null },
    token: tokens.get(user.id) ?? "",
  }));
  const keys: Asker[] = [];
  for (const [at, key] of someKeys(seed, state, 40).entries()) {
    const user = state.users.find(({ id }) => id === key.userId);
    if (user === undefined || !isActive({ user, key }) || keys.length === callersAWorld - askers.length)
      continue;
    const trpc = clientFor(server.url, tokens.get(user.id));
    const made = await trpc.keys.create.mutate({ name: `key ${at}` });
    await using database = await connect(server.databaseUrl);
    await database.query("update api_keys set scopes = $2, models = $3 where id = $1", [
      made.apiKey.id,
      key.scopes,
      key.models === null ? null : JSON.stringify(key.models),
    ]);
    keys.push({ caller: { user, key }, token: made.key });
  }
  return [...askers, ...keys];
}

type Doors = {
  readonly get: string;
  readonly chat: string;
  readonly explained: string;
  readonly listing: string;
};

async function ask(server: TestServer, { token }: Asker, id: string): Promise<Doors> {
  const trpc = clientFor(server.url, token);
  const [get, chat, explained] = await Promise.all([
    trpc.models.get.query({ id }).then(
      () => "ok",
      async (error: unknown) => (await failureOf(Promise.reject(error))).errorCode,
    ),
    tryChat(server, token, id),
    trpc.access.explain.query({ id }).then(
      ({ refusal, listing }) => ({ refusal: refusal?.code ?? "ok", listing }),
      async (error: unknown) => ({
        refusal: (await failureOf(Promise.reject(error))).errorCode,
        listing: "",
      }),
    ),
  ]);
  return {
    get,
    chat: chat.status === 200 ? "ok" : (chat.code ?? ""),
    explained: explained.refusal,
    listing: explained.listing === "listed" ? "listed" : "not listed",
  };
}

function expected(oracle: Oracle, { caller }: Asker, model: OracleModel): Doors {
  const bar = barOf(caller);
  if (bar !== undefined) return { get: bar, chat: bar, explained: bar, listing: "not listed" };
  const refusal = oracle.refusalOf(caller, model) ?? "ok";
  const mayRead = caller.key === null || caller.key.scopes.includes("models:read");
  const mayCall = caller.key === null || caller.key.scopes.includes("gateway:invoke");
  const isKnown = oracle.isGettable(caller, model);
  return {
    get: mayRead ? (isKnown ? "ok" : "model_not_found") : "access_denied",
    chat: mayCall ? refusal : "access_denied",
    explained: mayRead ? (isKnown ? refusal : "model_not_found") : "access_denied",
    listing: mayRead && oracle.isListed(caller, model) ? "listed" : "not listed",
  };
}

/** What such an account is told at every door. */
function barOf({ user }: OracleCaller): string | undefined {
  if (user.status === "suspended") return "unauthenticated";
  return user.role === "pending" ? "access_denied" : undefined;
}

describe("at every door of a running server", () => {
  test.each(worlds)(
    "[AC-14] list, get, explain and calls agree with the rules: world %i",
    async (seed) => {
      await using server = await startTestServer();
      const ada = await signUpAdministrator(server);
      const state = toStorable(aWorld(seed, large));
      await storeWorld(server.databaseUrl, state, upstream.baseUrl);
      const oracle = new Oracle(state);
      await expect
        .poll(async () => (await ada.trpc.models.list.query({ limit: 1 })).total, { timeout: 10_000 })
        .toBeGreaterThan(0);
      const askers = await openDoors(server, seed, oracle);
      const dice = new Dice(seed);

      for (const asker of askers) {
        await expectLists(server, oracle, asker);
        const models = dice.shuffle(oracle.models).slice(0, modelsACaller);
        const told = await Promise.all(models.map((model) => ask(server, asker, model.id)));
        expect(
          models.map(({ id }, at) => ({ id, ...told[at] })),
          `${asker.caller.user.name} ${JSON.stringify(asker.caller.key)}`,
        ).toStrictEqual(models.map((model) => ({ id: model.id, ...expected(oracle, asker, model) })));
      }
      expect(askers).toHaveLength(callersAWorld);
    },
    120_000,
  );
});

async function expectLists(server: TestServer, oracle: Oracle, { caller, token }: Asker): Promise<void> {
  const { key } = caller;
  if (!isActive(caller)) return;
  if (key === null || key.scopes.includes("models:read")) {
    const page = await clientFor(server.url, token).models.list.query({ limit: 100 });
    const listed = oracle.models.filter((model) => oracle.isListed(caller, model));
    expect(page.rows.map(({ id }) => id)).toStrictEqual(oracle.sorted(listed).map(({ id }) => id));
  }
  if (key === null || key.scopes.includes("gateway:invoke")) {
    const callable = oracle.models.filter(
      (model) =>
        oracle.isListed(caller, model) && oracle.isCallable(caller, model) && model.record?.hidden !== true,
    );
    expect(await listV1(server, token)).toStrictEqual(oracle.sorted(callable).map(({ id }) => id));
  }
}

test("the same text is always the same valid uuid", () => {
  expect(uuidOf("x")).toBe(uuidOf("x"));
  expect(uuidOf("x")).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/u);
});

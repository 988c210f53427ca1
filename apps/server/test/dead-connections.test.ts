import { createTestDatabase } from "@corral/db/testing";
import {
  startSimulatedOllama,
  startSimulatedOpenAI,
  type SimulatedOllama,
  type SimulatedOpenAI,
} from "@corral/simulated-providers";
import { describe, expect, test } from "vitest";
import { clientFor, signUpAdministrator, type Person } from "./support/people.ts";
import { startTestServer } from "./support/start-test-server.ts";

const names = ["good", "refused", "hanging", "garbage"] as const;
type Name = (typeof names)[number];

/** Four connections that have all worked once. */
interface Fleet extends AsyncDisposable {
  readonly upstreams: Readonly<Record<Name, SimulatedOllama | SimulatedOpenAI>>;
  /** Breaks all but the good one, each in its own way. */
  breakThem(): void;
  mendThem(): void;
}

async function startFleet(): Promise<Fleet> {
  await using starting = new AsyncDisposableStack();
  const upstreams = {
    good: starting.use(await startSimulatedOllama({ models: ["good:1"] })),
    refused: starting.use(await startSimulatedOllama({ models: ["refused:1"] })),
    hanging: starting.use(await startSimulatedOpenAI({ models: ["hanging:1"] })),
    garbage: starting.use(await startSimulatedOpenAI({ models: ["garbage:1"] })),
  };
  const resources = starting.move();
  return {
    upstreams,
    breakThem() {
      upstreams.refused.faults.set({ fault: { kind: "refuse" } });
      upstreams.hanging.faults.set({ fault: { kind: "hang-before-headers" } });
      upstreams.garbage.faults.set({ fault: { kind: "html-200" } });
    },
    mendThem() {
      for (const name of names) upstreams[name].faults.clear();
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function connectAll(ada: Person, { upstreams }: Fleet): Promise<Readonly<Record<Name, string>>> {
  const uids: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const upstream = upstreams[name];
    const { uid } = await ada.trpc.connections.create.mutate({
      name,
      ...("baseUrl" in upstream
        ? { provider: "openai", url: upstream.baseUrl }
        : { provider: "ollama", url: upstream.url }),
      timeouts: { connectMs: 1_000, firstByteMs: 1_000, listMs: 500 },
    });
    await ada.trpc.connections.refresh.mutate({ uid });
    uids[name] = uid;
  }
  return uids as Record<Name, string>; // each was set above
}

async function refreshAll(ada: Person, uids: Readonly<Record<Name, string>>): Promise<void> {
  await Promise.all(names.map((name) => ada.trpc.connections.refresh.mutate({ uid: uids[name] })));
}

async function statusesFor({ trpc }: Pick<Person, "trpc">): Promise<Record<string, string>> {
  const { rows } = await trpc.models.list.query({});
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
}

async function chat(
  server: { readonly url: string },
  { token }: Pick<Person, "token">,
  call: { model: string; stream?: boolean },
) {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ ...call, messages: [{ role: "user", content: "hello" }] }),
  });
  return {
    status: response.status,
    shouldRetry: response.headers.get("x-should-retry"),
    text: await response.text(),
  };
}

describe.concurrent("connections that are refused, hang, and talk nonsense", () => {
  test(
    "[vector 33] stay listed with their last models and say why, while the good one works on",
    { timeout: 60_000 },
    async () => {
      await using fleet = await startFleet();
      await using database = await createTestDatabase();
      const ada = { token: "" };
      let uids: Readonly<Record<Name, string>>;
      {
        await using server = await startTestServer({ DATABASE_URL: database.url });
        const administrator = await signUpAdministrator(server);
        ada.token = administrator.token;
        uids = await connectAll(administrator, fleet);
        const allWell = await statusesFor(administrator);
        expect(allWell).toStrictEqual({
          "garbage:1": "ready",
          "good:1": "ready",
          "hanging:1": "ready",
          "refused:1": "ready",
        });

        fleet.breakThem();
        await refreshAll(administrator, uids);
        const afterOne = await statusesFor(administrator);
        await refreshAll(administrator, uids);
        await refreshAll(administrator, uids);
        const afterThree = await statusesFor(administrator);
        const { health } = await administrator.trpc.connections.health.query();

        // one failure is not yet an end
        expect(afterOne).toMatchObject({ "refused:1": "degraded", "good:1": "ready" });
        expect(afterThree).toStrictEqual({
          "garbage:1": "unreachable",
          "good:1": "ready",
          "hanging:1": "unreachable",
          "refused:1": "unreachable",
        });
        const lamps = Object.fromEntries(
          names.map((name) => [name, health.find(({ connectionUid }) => connectionUid === uids[name])]),
        );
        expect(lamps).toMatchObject({
          good: { state: "ready", errorCode: null, errorMessage: null, modelCount: 1 },
          refused: {
            state: "unreachable",
            errorCode: "upstream_unavailable",
            errorMessage: expect.stringMatching(/\w/u),
            modelCount: 1,
          },
          hanging: {
            state: "unreachable",
            errorCode: "upstream_timeout",
            errorMessage: expect.stringMatching(/\w/u),
            modelCount: 1,
          },
          garbage: {
            state: "unreachable",
            errorCode: "upstream_invalid_response",
            errorMessage: expect.stringMatching(/\w/u),
            modelCount: 1,
          },
        });
        for (const name of names.slice(1)) expect(lamps[name]?.lastSuccessAt).not.toBeNull();

        // while a listing hangs, no list waits for it
        const hanging = fleet.upstreams.hanging.journal.next();
        const refreshing = administrator.trpc.connections.refresh.mutate({ uid: uids.hanging });
        await hanging;
        let isRefreshing = true;
        void refreshing.finally(() => (isRefreshing = false));
        const during = await statusesFor(administrator);
        expect(isRefreshing).toBe(true);
        expect(during).toStrictEqual(afterThree);
        await refreshing;

        for (const stream of [false, true]) {
          const [good, refused, hung, garbage] = await Promise.all(
            names.map((name) => chat(server, ada, { model: `${name}:1`, stream })),
          );
          expect(good).toMatchObject({ status: 200, text: expect.stringContaining("hello") });
          expect(refused).toMatchObject({
            status: 503,
            // its listings failed often enough to give it a pause
            text: expect.stringMatching(/"code":"(?:circuit_open|upstream_unavailable)"/u),
          });
          expect(hung).toMatchObject({
            status: 504,
            text: expect.stringContaining('"code":"upstream_timeout"'),
          });
          expect(garbage).toMatchObject({
            status: 502,
            text: expect.stringContaining('"code":"upstream_invalid_response"'),
          });
          for (const answer of [refused, hung, garbage]) expect(answer?.shouldRetry).toBe("true");
        }
      }

      // a start does not wait for them either, and still knows their models
      await using again = await startTestServer({ DATABASE_URL: database.url });
      const restarted = { token: ada.token, trpc: clientFor(again.url, ada.token) };
      expect(await statusesFor(restarted)).toMatchObject({
        "good:1": "ready",
        "refused:1": "unreachable",
        "hanging:1": "unreachable",
        "garbage:1": "unreachable",
      });

      fleet.mendThem();
      // twice: the first may join a listing that began before
      for (let at = 0; at < 2; at += 1) await refreshAll({ ...restarted, id: "" }, uids);

      expect(await statusesFor(restarted)).toStrictEqual({
        "garbage:1": "ready",
        "good:1": "ready",
        "hanging:1": "ready",
        "refused:1": "ready",
      });
      for (const name of names) {
        expect(await chat(again, ada, { model: `${name}:1`, stream: true })).toMatchObject({
          status: 200,
        });
      }
    },
  );

  test("are found well again without anybody asking", { timeout: 60_000 }, async ({ expect }) => {
    await using fleet = await startFleet();
    await using server = await startTestServer();
    const ada = await signUpAdministrator(server);
    const uids = await connectAll(ada, fleet);
    fleet.breakThem();
    await refreshAll(ada, uids);
    expect(await statusesFor(ada)).toMatchObject({
      "refused:1": "degraded",
      "hanging:1": "degraded",
      "garbage:1": "degraded",
    });

    const asked = Promise.all([
      fleet.upstreams.refused.journal.next(({ path }) => path === "/api/tags", { timeoutMs: 15_000 }),
      fleet.upstreams.hanging.journal.next(({ path }) => path === "/v1/models", { timeoutMs: 15_000 }),
      fleet.upstreams.garbage.journal.next(({ path }) => path === "/v1/models", { timeoutMs: 15_000 }),
    ]);
    fleet.mendThem();
    await asked;

    await expect
      .poll(() => statusesFor(ada), { timeout: 10_000 })
      .toStrictEqual({
        "garbage:1": "ready",
        "good:1": "ready",
        "hanging:1": "ready",
        "refused:1": "ready",
      });
  });

  test("do not hold up a refresh of everything for more than two seconds", { timeout: 60_000 }, async () => {
    await using ollama = await startSimulatedOllama({ models: ["new:1"] });
    await using dead = await startSimulatedOpenAI();
    dead.faults.set({ fault: { kind: "hang-before-headers" } });
    await using server = await startTestServer();
    const ada = await signUpAdministrator(server);
    for (const [name, url] of [
      ["dead", dead.baseUrl],
      ["good", ollama.url],
    ] as const) {
      const provider = name === "good" ? "ollama" : "openai";
      await ada.trpc.connections.create.mutate({ provider, name, url, timeouts: { listMs: 60_000 } });
    }

    const startedAt = performance.now();
    await ada.trpc.models.refresh.mutate();
    const tookMs = performance.now() - startedAt;

    expect(tookMs).toBeLessThan(4_000);
    expect(await statusesFor(ada)).toStrictEqual({ "new:1": "ready" });
  });

  test("do not hold up the connection's own check button", { timeout: 60_000 }, async () => {
    await using dead = await startSimulatedOpenAI();
    dead.faults.set({ fault: { kind: "hang-before-headers" } });
    await using server = await startTestServer();
    const ada = await signUpAdministrator(server);
    const { uid } = await ada.trpc.connections.create.mutate({
      provider: "openai",
      name: "dead",
      url: dead.baseUrl,
      timeouts: { listMs: 60_000 },
    });

    const startedAt = performance.now();
    await ada.trpc.connections.refresh.mutate({ uid });

    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });
});

import {
  commonFaults,
  startSimulatedOllama,
  startSimulatedOpenAI,
  type Fault,
} from "@corral/simulated-providers";
import { describe, expect, test } from "vitest";
import { signUpAdministrator, type Person } from "./support/people.ts";
import { startTestServer } from "./support/start-test-server.ts";

/** A server with connections to the given Ollamas, in that order. */
async function startWith(urls: readonly string[], options: { readonly concurrency?: number } = {}) {
  await using starting = new AsyncDisposableStack();
  const server = starting.use(await startTestServer());
  const ada = await signUpAdministrator(server);
  for (const [at, url] of urls.entries()) await connect(ada, { name: `GPU ${at}`, url, ...options });
  const { key } = await ada.trpc.keys.replaceDefault.mutate();
  const resources = starting.move();
  return {
    ada,
    chat: (model: string, stream = false) => postChat({ url: server.url, key, model, stream }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function connect(
  ada: Person,
  connection: { readonly name: string; readonly url: string; readonly concurrency?: number },
): Promise<void> {
  const { uid } = await ada.trpc.connections.create.mutate({ provider: "ollama", ...connection });
  await ada.trpc.connections.refresh.mutate({ uid });
}

async function postChat(call: {
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly stream: boolean;
}) {
  const response = await fetch(`${call.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${call.key}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: call.model,
      stream: call.stream,
      messages: [{ role: "user", content: "hello" }],
    }),
  });
  const { status, headers } = response;
  return {
    status,
    attempts: headers.get("x-corral-attempts"),
    retryAfter: headers.get("retry-after"),
    text: await response.text(),
  };
}

const chats = (upstream: { readonly journal: { of(path: string): readonly unknown[] } }) =>
  upstream.journal.of("/api/chat").length;

describe("a model in two places", () => {
  const failing: readonly (readonly [title: string, fault: Fault])[] = [
    [
      "[vector 50] a full queue",
      {
        kind: "status",
        code: 503,
        body: { error: "server busy, please try again.  maximum pending requests exceeded" },
      },
    ],
    ["a crash", { kind: "status", code: 500, body: { error: "model runner has unexpectedly stopped" } }],
    ["[vector 51] a rate limit", { kind: "status", code: 429, headers: { "retry-after": "5" } }],
    [
      "[vector 51] an exhausted account",
      { kind: "status", code: 429, body: { error: "you've reached your weekly usage limit" } },
    ],
    ["a reset", { kind: "reset-before-headers" }],
  ];

  test.each(failing)("%s at the one is answered by the other, at once", async (_, fault) => {
    await using first = await startSimulatedOllama({ models: ["shared:1"] });
    await using second = await startSimulatedOllama({ models: ["shared:1"] });
    await using world = await startWith([first.url, second.url]);
    first.faults.set({ path: "/api/chat", fault });

    for (const stream of [false, true]) {
      const startedAt = performance.now();
      const answer = await world.chat("shared:1", stream);

      expect(answer).toMatchObject({ status: 200, text: expect.stringContaining("hello") });
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
    expect(chats(second)).toBe(2);
  });

  test.each([
    [
      "[vector 57] a content filter",
      { kind: "status", code: 400, body: { error: { message: "no", code: "content_filter" } } },
      400,
    ],
    ["[vector 63] an end in the middle", { kind: "close-mid-stream", after: 1 }, 502],
  ] as const)("%s is not asked of the other", async (_, fault, status) => {
    await using first = await startSimulatedOllama({ models: ["shared:1"] });
    await using second = await startSimulatedOllama({ models: ["shared:1"] });
    await using world = await startWith([first.url, second.url]);
    first.faults.set({ path: "/api/chat", fault });

    expect(await world.chat("shared:1")).toMatchObject({ status });
    expect([chats(first), chats(second)]).toEqual([1, 0]);
  });
});

describe("a model in one place", () => {
  test("is asked again, and the caller is told how often it was", async () => {
    await using ollama = await startSimulatedOllama({ models: ["only:1"] });
    await using world = await startWith([ollama.url]);
    ollama.faults.set({ path: "/api/chat", times: 2, fault: { kind: "status", code: 503 } });
    const mended = await world.chat("only:1");
    ollama.faults.set({ path: "/api/chat", fault: commonFaults.loadingModel });
    const loading = await world.chat("only:1");

    expect(mended).toMatchObject({ status: 200, attempts: "3" });
    expect(loading).toMatchObject({ status: 503, attempts: "3" });
  });

  test("[vector 61] is left alone after it failed too often, and the caller is told for how long", async () => {
    await using ollama = await startSimulatedOllama({ models: ["only:1"] });
    await using world = await startWith([ollama.url]);
    ollama.faults.set({ path: "/api/chat", fault: { kind: "status", code: 503 } });
    for (let call = 0; call < 3; call += 1) await world.chat("only:1");
    const sent = chats(ollama);

    expect(await world.chat("only:1")).toMatchObject({
      status: 503,
      retryAfter: expect.stringMatching(/^[1-6]$/u),
      text: expect.stringContaining('"code":"circuit_open"'),
    });
    expect(chats(ollama)).toBe(sent);
  });
});

test("[vector 64] a stream goes on to its end while its connection is edited", async () => {
  await using ollama = await startSimulatedOllama({
    models: ["long:1"],
    pace: { tokenMs: 50 },
    reply: () => ({ text: Array.from({ length: 30 }, (_, at) => `word ${at} `) }),
  });
  await using world = await startWith([ollama.url]);
  const [connection] = (await world.ada.trpc.connections.list.query()).connections;
  const { uid = "", revision = 0 } = connection ?? {};
  const arrival = ollama.journal.next(({ path }) => path === "/api/chat");
  const streaming = world.chat("long:1", true);
  const entry = await arrival;

  await world.ada.trpc.connections.update.mutate({ uid, revision, name: "Edited" });
  const wasRunning = entry.finishedAt === undefined;

  expect(await streaming).toMatchObject({ status: 200, text: expect.stringMatching(/\[DONE\]\n\n$/u) });
  expect(wasRunning).toBe(true);
  expect(await world.chat("long:1")).toMatchObject({ status: 200 });
});

test("[PRV-16] three hundred calls to one place are answered or refused, and hold nobody else up", async () => {
  await using slow = await startSimulatedOllama({
    models: ["slow:1"],
    slots: 1,
    pace: { firstTokenMs: 300 },
  });
  await using quick = await startSimulatedOllama({ models: ["quick:1"] });
  await using world = await startWith([slow.url], { concurrency: 1 });
  await connect(world.ada, { name: "Quick", url: quick.url });

  const crowd = Promise.all(Array.from({ length: 300 }, () => world.chat("slow:1")));
  await slow.journal.next(({ path }) => path === "/api/chat");
  const startedAt = performance.now();
  const other = await world.chat("quick:1");
  const otherMs = performance.now() - startedAt;
  const answers = await crowd;

  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect(other.status).toBe(200);
  // beside three hundred clients in the same process
  expect(otherMs).toBeLessThan(5_000);
  expect(count(200) + count(503)).toBe(300);
  // one at a time, two in the queue, and those who came when one of these was done
  expect(count(200)).toBeGreaterThanOrEqual(3);
  expect(count(200)).toBeLessThan(30);
  expect(answers.find(({ status }) => status === 503)).toMatchObject({
    retryAfter: "1",
    text: expect.stringContaining("All 1 places of the connection are taken"),
  });
  expect(chats(slow)).toBe(count(200));
});

test("[PRV-1] a provider that is gone leaves the lists of the others as they are", async () => {
  await using gone = await startSimulatedOpenAI({ models: ["gone:1"] });
  await using there = await startSimulatedOllama({ models: ["there:1"] });
  await using world = await startWith([there.url]);
  const { uid } = await world.ada.trpc.connections.create.mutate({
    provider: "openai",
    name: "Gone",
    url: gone.baseUrl,
  });
  await world.ada.trpc.connections.refresh.mutate({ uid });
  gone.faults.set({ fault: { kind: "refuse" } });
  await world.ada.trpc.connections.refresh.mutate({ uid });

  const { rows } = await world.ada.trpc.models.list.query({});

  expect(rows.map(({ id, status }) => [id, status])).toEqual([
    ["gone:1", "degraded"],
    ["there:1", "ready"],
  ]);
  expect(await world.chat("there:1")).toMatchObject({ status: 200 });
});

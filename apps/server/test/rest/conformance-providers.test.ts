import { startSimulatedAzure, startSimulatedOllama, startSimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { idsOf, postChat, startConformanceWorld, type ConformanceWorld } from "./conformance-world.ts";

/* What the checks of the reference's section 14 say about providers, under its numbers. */

let world: ConformanceWorld;
beforeAll(async () => {
  world = await startConformanceWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

const timeouts = { connectMs: 1_000, firstByteMs: 1_000, listMs: 500 };

test("9: a model on two Ollamas is one, and is answered by the other when one is gone", async () => {
  const { ada, connect } = world;
  await using left = await startSimulatedOllama({ models: ["twin:1b"] });
  await using right = await startSimulatedOllama({ models: ["twin:1b"] });
  const uids: string[] = [];
  for (const [name, { url }] of Object.entries({ left, right })) {
    uids.push((await connect({ provider: "ollama", name, url, timeouts })).uid);
  }

  const { body } = await ada.rest.get("/models/list?query=twin");
  left.faults.set({ fault: { kind: "refuse" } });
  const answers = [await postChat(ada, "twin:1b"), await postChat(ada, "twin:1b")];

  expect(body["total"]).toBe(1);
  expect(answers.map(({ status }) => status)).toStrictEqual([200, 200]);
  expect(right.journal.of("/api/chat").length).toBe(2);
  for (const uid of uids) await ada.trpc.connections.delete.mutate({ uid });
});

test("10: a prefix is taken off once, at the front alone", async () => {
  const { ada, connect } = world;
  await using upstream = await startSimulatedOpenAI({ models: ["a.b"] });
  await connect({ provider: "openai", name: "Prefixed", url: upstream.baseUrl, prefix: "a" });

  const { status } = await postChat(ada, "a.a.b");

  expect(status).toBe(200);
  expect(upstream.journal.of("/v1/chat/completions").at(-1)?.body).toMatchObject({ model: "a.b" });
});

test("11: a connection that hangs keeps nobody waiting, says so, and comes back by itself", async () => {
  const { ada, connect } = world;
  await using upstream = await startSimulatedOpenAI({ models: ["slow"] });
  const { uid } = await connect({ provider: "openai", name: "Slow", url: upstream.baseUrl, timeouts });
  upstream.faults.set({ fault: { kind: "hang-before-headers" } });
  await ada.trpc.connections.refresh.mutate({ uid });

  const hanging = await ada.rest.get("/models/list?limit=100");
  upstream.faults.clear();
  await ada.trpc.connections.refresh.mutate({ uid });
  const mended = await ada.rest.get("/models/list?limit=100");

  const statuses = ({ body }: typeof hanging) =>
    Object.fromEntries(body["items"]?.map(({ id, status }) => [String(id), String(status)]) ?? []);
  expect(statuses(hanging)).toMatchObject({
    slow: expect.stringMatching(/degraded|unreachable/u),
    "gpt-4o": "ready",
  });
  expect(hanging.body["connections"]?.find(({ name }) => String(name) === "Slow")?.["state"]).not.toBe(
    "ready",
  );
  expect(statuses(mended)).toMatchObject({ slow: "ready" });
});

test("12: whatever a provider answers, the lists stay", async () => {
  const { ada, connect } = world;
  await using upstream = await startSimulatedOllama({ models: ["firm:1b"] });
  const { uid } = await connect({ provider: "ollama", name: "Garbage", url: upstream.url, timeouts });
  const faults = [
    { kind: "list-shape", shape: "null" },
    { kind: "array-body" },
    { kind: "list-shape", shape: "strings" },
    { kind: "html-200" },
    { kind: "empty-200" },
    { kind: "half-json" },
    { kind: "list-huge", count: 50_000 },
    { kind: "list-duplicates" },
    { kind: "list-hostile-ids" },
  ] as const;
  const found: [string, readonly number[], boolean][] = [];

  for (const fault of faults) {
    upstream.faults.set({ path: "/api/tags", fault });
    await ada.trpc.connections.refresh.mutate({ uid });
    const answers = [await ada.rest.get("/models/list?query=firm"), await ada.rest.get("/api/models")];
    found.push([
      fault.kind,
      answers.map(({ status }) => status),
      answers.every((answer) => idsOf(answer).includes("firm:1b")),
    ]);
    upstream.faults.clear();
  }

  expect(found).toStrictEqual(faults.map(({ kind }) => [kind, [200, 200], true]));
  await ada.trpc.connections.delete.mutate({ uid });
});

test("14: reasoning models get their own names for things, foreign hosts the older ones", async () => {
  const { ada, openai, connect } = world;
  await connect({
    provider: "openai",
    name: "The real one",
    url: openai.baseUrl,
    prefix: "real",
    adapter: { server: "openai" },
  });
  const messages = [
    { role: "system", content: "Be short." },
    { role: "user", content: "hello" },
  ];

  await postChat(ada, "real.o3-mini", { messages, max_tokens: 64 });
  const reasoning = openai.journal.of("/v1/chat/completions").at(-1)?.body;
  await postChat(ada, "gpt-4o", { max_completion_tokens: 64 });
  const older = openai.journal.of("/v1/chat/completions").at(-1)?.body;

  expect(reasoning).toMatchObject({
    max_completion_tokens: 64,
    messages: [{ role: "developer" }, { role: "user" }],
  });
  expect(reasoning).not.toHaveProperty("max_tokens");
  expect(older).toMatchObject({ max_tokens: 64 });
  expect(older).not.toHaveProperty("max_completion_tokens");
});

test("15: Azure is called by its deployments, with its key and its version", async () => {
  const { ada, connect } = world;
  await using azure = await startSimulatedAzure({ apiKey: "azure-key" });
  await connect({
    provider: "azure-openai",
    name: "Azure",
    url: azure.url,
    authType: "api-key",
    key: "azure-key",
    azure: {
      apiVersion: "2024-10-21",
      deployments: [
        { name: "chat-prod", model: "gpt-4o" },
        { name: "thinker", model: "o3-mini" },
      ],
    },
  });

  const whole = await postChat(ada, "chat-prod", { temperature: 0.3 });
  const streamed = await postChat(ada, "thinker", {
    stream: true,
    temperature: 0.3,
    stream_options: { include_usage: true },
  });

  const [first, second] = azure.journal.entries().filter(({ path }) => path.endsWith("/chat/completions"));
  expect([whole.status, streamed.status]).toStrictEqual([200, 200]);
  expect(first?.url).toBe("/openai/deployments/chat-prod/chat/completions?api-version=2024-10-21");
  expect(first?.headers).toMatchObject({ "api-key": "azure-key" });
  expect(first?.headers.authorization).toBeUndefined();
  expect(second?.body).toMatchObject({ stream_options: { include_usage: true } });
  expect(second?.body).not.toHaveProperty("temperature");
});

test("16: Ollama's lines become one stream of events: in order, usage at the end, one [DONE], an error in the middle", async () => {
  const { ada, ollama } = world;
  ollama.setReply(() => ({ text: ["one ", "two ", "three"] }));

  const well = await postChat(ada, "qwen3:8b", { stream: true, stream_options: { include_usage: true } });
  ollama.faults.set({ path: "/api/chat", times: 1, fault: { kind: "error-line-mid-stream", after: 1 } });
  const broken = await postChat(ada, "qwen3:8b", { stream: true });

  const text = String(well.body);
  expect(text.indexOf("one ")).toBeLessThan(text.indexOf("three"));
  expect(text.split("data: [DONE]").length).toBe(2);
  expect(text).toMatch(/"usage":\{.*data: \[DONE\]/su);
  expect(String(broken.body)).toMatch(/data: \{"error":/u);
});

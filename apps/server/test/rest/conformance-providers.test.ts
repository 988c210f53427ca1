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

test("9: a model on two Ollamas is one with two places, and is answered by the other when one is gone", async () => {
  await using own = await startConformanceWorld({ connected: false });
  const { ada, connect } = own;
  const left = await startSimulatedOllama({ models: ["twin:1b"] });
  await using right = await startSimulatedOllama({ models: ["twin:1b"] });
  await using _ = { [Symbol.asyncDispose]: () => left.stop() };
  for (const [name, { url }] of Object.entries({ left, right })) {
    await connect({ provider: "ollama", name, url, timeouts });
  }
  const callsOf = ({ journal }: typeof left) => journal.of("/api/chat").length;

  const { body } = await ada.rest.get("/models/list?query=twin");
  const tags = await ada.rest.get("/ollama/api/tags");
  const first = await postChat(ada, "twin:1b");
  const [dead, alive] = callsOf(left) === 1 ? [left, right] : [right, left];
  await dead.stop();
  const answers = await Promise.all([1, 2, 3, 4].map(() => postChat(ada, "twin:1b")));

  expect(body["total"]).toBe(1);
  expect(tags.body["models"]?.map(({ model, urls }) => [model, urls])).toStrictEqual([["twin:1b", [0, 1]]]);
  expect([first, ...answers].map(({ status }) => status)).toStrictEqual([200, 200, 200, 200, 200]);
  expect(callsOf(alive)).toBe(4);
  // those that were sent to the dead one first were sent again
  expect(answers.map(({ headers }) => headers.get("x-corral-attempts"))).toContain("2");
});

test("10: a prefix is taken off once, at the front alone", async () => {
  const { ada, connect } = world;
  await using upstream = await startSimulatedOpenAI({ models: ["a.b"] });
  await connect({ provider: "openai", name: "Prefixed", url: upstream.baseUrl, prefix: "a" });

  const { status } = await postChat(ada, "a.a.b");

  expect(status).toBe(200);
  expect(upstream.journal.of("/v1/chat/completions").at(-1)?.body).toMatchObject({ model: "a.b" });
});

test("11: a connection that hangs keeps no list waiting, says so, and comes back without a restart", async () => {
  const { ada, connect } = world;
  await using upstream = await startSimulatedOpenAI({ models: ["slow"] });
  const { uid } = await connect({ provider: "openai", name: "Slow", url: upstream.baseUrl, timeouts });
  upstream.faults.set({ fault: { kind: "hang-before-headers" } });
  const arrival = upstream.journal.next();

  let isRefreshing = true;
  const refreshing = ada.trpc.connections.refresh.mutate({ uid }).finally(() => (isRefreshing = false));
  await arrival;
  const meanwhile = await ada.rest.get("/models/list?limit=100");
  const wasRefreshing = isRefreshing;
  await refreshing;
  const hanging = await ada.rest.get("/models/list?limit=100");
  upstream.faults.clear();
  await ada.trpc.connections.refresh.mutate({ uid });
  const mended = await ada.rest.get("/models/list?limit=100");

  const statuses = ({ body }: typeof hanging) =>
    Object.fromEntries(body["items"]?.map(({ id, status }) => [String(id), String(status)]) ?? []);
  expect([wasRefreshing, statuses(meanwhile)]).toMatchObject([true, { slow: "ready", "gpt-4o": "ready" }]);
  expect(statuses(hanging)).toStrictEqual({ ...statuses(meanwhile), slow: "degraded" });
  expect(hanging.body["connections"]?.find(({ name }) => String(name) === "Slow")?.["state"]).toBe(
    "degraded",
  );
  expect(statuses(mended)).toStrictEqual(statuses(meanwhile));
  await ada.trpc.connections.delete.mutate({ uid });
});

test("12: whatever a provider answers, the lists stay", async () => {
  const { ada, connect } = world;
  await using upstream = await startSimulatedOllama({ models: ["firm:1b"] });
  const { uid } = await connect({ provider: "ollama", name: "Garbage", url: upstream.url, timeouts });
  const faults = [
    { kind: "list-shape", shape: "null" },
    { kind: "array-body" },
    { kind: "list-shape", shape: "strings" },
    { kind: "status", code: 200, body: '"x"' },
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

test("15: Azure is called by its deployments, with its key and its version, and told only what that knows", async () => {
  const { ada, connect } = world;
  await using azure = await startSimulatedAzure({ apiKey: "azure-key" });
  for (const [prefix, apiVersion] of [
    ["new", "2024-10-21"],
    ["old", "2024-06-01"],
  ] as const) {
    await connect({
      provider: "azure-openai",
      name: `Azure, ${prefix}`,
      url: azure.url,
      authType: "api-key",
      key: "azure-key",
      prefix,
      azure: {
        apiVersion,
        deployments: [
          { name: "chat-prod", model: "gpt-4o" },
          { name: "thinker", model: "o3-mini" },
        ],
      },
    });
  }
  const extras = { temperature: 0.3, top_k: 5, num_ctx: 2048, repetition_penalty: 1.1 };
  const streaming = { stream: true, stream_options: { include_usage: true } };

  const answers = [
    await postChat(ada, "new.chat-prod", extras),
    await postChat(ada, "new.thinker", { ...streaming, temperature: 0.3 }),
    await postChat(ada, "old.chat-prod", streaming),
  ];

  const calls = azure.journal.entries().filter(({ path }) => path.endsWith("/chat/completions"));
  const [whole, thinker, old] = calls;
  expect(answers.map(({ status }) => status)).toStrictEqual([200, 200, 200]);
  expect(calls.map(({ url }) => url)).toStrictEqual([
    "/openai/deployments/chat-prod/chat/completions?api-version=2024-10-21",
    "/openai/deployments/thinker/chat/completions?api-version=2024-10-21",
    "/openai/deployments/chat-prod/chat/completions?api-version=2024-06-01",
  ]);
  for (const { headers } of calls) {
    expect([headers["api-key"], headers.authorization]).toStrictEqual(["azure-key", undefined]);
  }
  expect(whole?.body).toMatchObject({ temperature: 0.3 });
  expect(JSON.stringify(whole?.body)).not.toMatch(/top_k|num_ctx|repetition_penalty/u);
  expect(thinker?.body).toMatchObject({ stream_options: { include_usage: true } });
  expect(thinker?.body).not.toHaveProperty("temperature");
  expect(old?.body).not.toHaveProperty("stream_options");
});

test("16: Ollama's lines become one stream of events: in order, usage at the end, one [DONE], an error in the middle", async () => {
  const { ada, ollama } = world;
  ollama.setReply(() => ({ text: ["one ", "two ", "three"] }));

  const well = await postChat(ada, "qwen3:8b", { stream: true, stream_options: { include_usage: true } });
  ollama.faults.set({ path: "/api/chat", times: 1, fault: { kind: "error-line-mid-stream", after: 1 } });
  const broken = await postChat(ada, "qwen3:8b", { stream: true });

  const events = (answer: typeof well) =>
    String(answer.body)
      .split("\n\n")
      .filter((event) => event !== "")
      .map((event) => event.replace(/^data: /u, ""));
  const chunks = events(well)
    .slice(0, -1)
    .map((event) => JSON.parse(event));
  const said = chunks.map(({ choices }) => choices[0]?.delta?.content ?? "");
  expect(said.join("")).toBe("one two three");
  expect(said.filter((text) => text !== "").length).toBeGreaterThan(1);
  expect(events(well).filter((event) => event === "[DONE]")).toHaveLength(1);
  expect(events(well).at(-1)).toBe("[DONE]");
  expect(chunks.map(({ usage }) => typeof usage === "object" && usage !== null)).toStrictEqual(
    chunks.map((_, at) => at === chunks.length - 1),
  );
  expect(JSON.parse(events(broken).at(-1) ?? "")).toHaveProperty("error");
});

test("16: tool calls are passed on, and a caller that leaves ends the call at the provider", async () => {
  const { ada, ollama, server } = world;
  const tool = { name: "look_up", arguments: { word: "corral" } };
  const tools = [{ type: "function", function: { name: tool.name, parameters: { type: "object" } } }];
  ollama.setReply(() => ({ text: "", toolCalls: [tool] }));
  const called = await postChat(ada, "qwen3:8b", { stream: true, tools });
  ollama.setReply(() => ({ text: ["one ", "two "] }));
  ollama.faults.set({ path: "/api/chat", times: 1, fault: { kind: "hang-mid-stream", after: 1 } });
  const leaving = new AbortController();
  const arrival = ollama.journal.next(({ path }) => path === "/api/chat");

  const endless = await fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    signal: leaving.signal,
    headers: { authorization: `Bearer ${ada.token}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "qwen3:8b", stream: true, messages: [{ role: "user", content: "go on" }] }),
  });
  await endless.body?.getReader().read();
  leaving.abort();
  const closed = await ollama.journal.whenClosed(await arrival);

  expect(String(called.body)).toMatch(/"tool_calls":\[\{.*look_up.*corral.*"finish_reason":"tool_calls"/su);
  expect(closed.closedByClientAt).toBeDefined();
});

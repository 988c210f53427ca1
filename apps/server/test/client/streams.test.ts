import { createCorralClient, CorralError } from "@corral/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGatewayWorld, type GatewayWorld } from "../support/gateway-world.ts";
import { startFront, type Front } from "../support/start-front.ts";

let world: GatewayWorld;
let front: Front;

beforeAll(async () => {
  world = await startGatewayWorld();
  front = await startFront(world.server.url);
});
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const client = () => createCorralClient({ url: front.url, apiKey: world.readersKey });
const collect = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
};
const messages = [{ role: "user" as const, content: "hello" }];

test("a chat is a loop over its events", async () => {
  const events = await collect(client().chat.stream({ model: "on-openai", messages }));

  expect(events[0]).toMatchObject({ type: "start", model: "on-openai" });
  expect(events.map((event) => (event.type === "text" ? event.text : "")).join("")).toBe("Hello, wörld");
  expect(events.at(-1)).toMatchObject({ type: "finish", reason: "stop" });
});

test("leaving the loop ends the answer at the provider", async () => {
  world.openai.setPace({ tokenMs: 30_000 });
  const arrival = world.openai.journal.next(({ path }) => path === "/v1/chat/completions");

  for await (const event of client().chat.stream({ model: "on-openai", messages })) {
    if (event.type === "text") break;
  }

  const entry = await world.openai.journal.whenClosed(await arrival);
  world.openai.setPace({ tokenMs: 0 });
  expect(entry.closedByClientAt).toBeDefined();
});

test("a program that does not say that it reads streams is refused before the provider is called", async () => {
  const before = world.openai.journal.of("/v1/chat/completions").length;

  const answer = await fetch(new URL("/trpc/chat.stream", front.url), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${world.readersKey}` },
    body: JSON.stringify({ model: "on-openai", messages }),
  });

  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("`trpc-accept: application/jsonl`");
  expect(world.openai.journal.of("/v1/chat/completions")).toHaveLength(before);
});

test("a signal ends it as well, and the loop says so", async () => {
  world.openai.setPace({ tokenMs: 30_000 });
  const leaving = new AbortController();
  const seen: string[] = [];

  const loop = (async () => {
    const stream = client().chat.stream({ model: "on-openai", messages }, { signal: leaving.signal });
    for await (const event of stream) {
      seen.push(event.type);
      if (event.type === "text") leaving.abort();
    }
  })();

  await expect(loop).rejects.toMatchObject({ code: "aborted", path: "chat.stream" });
  world.openai.setPace({ tokenMs: 0 });
  expect(seen).toStrictEqual(["start", "text"]);
});

test("an answer that is cut off, or fails on its way, is no whole answer", async () => {
  const corral = client();
  world.openai.faults.set({
    path: "/v1/chat/completions",
    times: 1,
    fault: { kind: "reset-mid-stream", after: 1 },
  });
  const atProvider = collect(corral.chat.stream({ model: "on-openai", messages }));
  await expect(atProvider).rejects.toSatisfy(
    (error) => error instanceof CorralError && error.code.startsWith("upstream_"),
  );

  front.fail("cut-answer");
  const between = collect(corral.chat.stream({ model: "on-openai", messages }));
  await expect(between).rejects.toBeInstanceOf(CorralError);
});

test("a chat that is refused says why before the first event", async () => {
  const stream = client().chat.stream({ model: "unknown", messages });

  await expect(collect(stream)).rejects.toMatchObject({ code: "model_not_found", status: 404 });
});

test("other procedures of chat are where they were", async () => {
  const answer = await client().chat.complete.mutate({ model: "on-openai", messages });

  expect(answer.choices[0]?.text).toBe("Hello, wörld");
});

test("a subscription hears what happens, and goes on when the connection is lost", async () => {
  const corral = createCorralClient({ url: front.url, session: world.ada.token });
  const heard = new Set<string>();
  const started = Promise.withResolvers<void>();
  front.fail({ status: 503, body: "busy" });
  const subscription = corral.events.live.subscribe(
    {},
    {
      onStarted: () => started.resolve(),
      onData: ({ data }) => void heard.add(JSON.stringify(data)),
    },
  );
  await started.promise;

  await corral.models.create.mutate({ id: "heard", name: "Heard", baseModelId: "on-openai" });

  await expect.poll(() => [...heard].some((text) => text.includes("model"))).toBe(true);
  subscription.unsubscribe();
});

test("a subscription that is refused says why", async () => {
  const stranger = createCorralClient({ url: front.url, apiKey: `sk-${"0".repeat(43)}` });
  const { promise, resolve } = Promise.withResolvers<unknown>();

  stranger.events.live.subscribe({}, { onError: resolve });

  const error = await promise;
  expect(error).toBeInstanceOf(CorralError);
  expect(error).toMatchObject({ code: "unauthenticated", status: 401, path: "events.live" });
});

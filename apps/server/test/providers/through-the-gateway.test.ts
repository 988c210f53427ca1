import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  baseIds,
  postChat,
  startGatewayWorld,
  upstreamKey,
  type GatewayWorld,
} from "../support/gateway-world.ts";

/** What the specification of the provider protocols asks of the gateway in front of them. */

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
});
afterEach(() => {
  world.ollama.faults.clear();
  world.openai.faults.clear();
});
afterAll(async () => world[Symbol.asyncDispose]());

const callersHeaders = {
  cookie: "sid=callers-word",
  referer: "http://callers-word.example/",
  "x-conversation-id": "callers-word",
  "x-stainless-lang": "callers-word",
  "x-litellm-timeout": "callers-word",
  "x-forwarded-for": "203.0.113.9, callers-word",
  forwarded: "for=callers-word",
  "x-api-key": "callers-word",
  "openai-organization": "callers-word",
  "accept-language": "callers-word",
};

test.each(["ollama", "openai"] as const)(
  "[vector 70] nothing of a caller's headers reaches %s, above all no key and no conversation id",
  async (provider) => {
    const arrival = world[provider].journal.next();

    const response = await fetch(`${world.server.url}/v1/chat/completions`, {
      method: "POST",
      headers: {
        ...callersHeaders,
        authorization: `Bearer ${world.readersKey}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ model: `on-${provider}`, messages: [{ role: "user", content: "hello" }] }),
    });
    await response.text();

    expect(response.status).toBe(200);
    const { headers } = await arrival;
    const allowed = [
      "accept",
      "accept-encoding",
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
    ];
    expect(Object.keys(headers).filter((name) => !allowed.includes(name))).toEqual([]);
    expect(headers["authorization"]).toBe(provider === "openai" ? `Bearer ${upstreamKey}` : undefined);
    expect(JSON.stringify(headers)).not.toMatch(/callers-word|203\.0\.113/u);
  },
);

test("[vector 36] a list is renewed by one request for a hundred callers, and the old one is served meanwhile", async () => {
  world.ollama.faults.set({ path: "/api/tags", fault: { kind: "delay", waitMs: 500 } });
  world.ollama.journal.clear();
  const arrival = world.ollama.journal.next(({ path }) => path === "/api/tags");

  const renewals = Promise.all(Array.from({ length: 100 }, () => world.ada.trpc.models.refresh.mutate()));
  await arrival;
  const { rows } = await world.ada.trpc.models.list.query({});
  const isServedEarly = world.ollama.journal.of("/api/tags").every((entry) => entry.bytesSent === 0);
  await renewals;

  expect(rows.map(({ id }) => id)).toContain(baseIds.ollama);
  expect(isServedEarly).toBe(true);
  expect(world.ollama.journal.of("/api/tags")).toHaveLength(1);
});

test("[vector 15] answers at the same time share neither id nor time line, and each says its role once", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      postChat(world, { model: at % 2 === 0 ? "on-ollama" : "on-openai", stream: true }),
    ),
  );

  const ids = answers.map(({ text }) => new Set(text.match(/chatcmpl-[\w-]{22}/gu)));
  expect(ids.map((seen) => seen.size)).toEqual(Array.from({ length: 20 }, () => 1));
  expect(new Set(ids.flatMap((seen) => [...seen])).size).toBe(20);
  for (const { text } of answers) {
    expect(text.match(/"role":"assistant"/gu)).toHaveLength(1);
    expect(new Set(text.match(/"created":\d+/gu)).size).toBe(1);
  }
});

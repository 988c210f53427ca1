import { request as httpRequest } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { baseIds, startGatewayWorld, upstreamKey, type GatewayWorld } from "../support/gateway-world.ts";
import { canaryKey, dialects, embeddingModels, never, openBench } from "./provider-bench.ts";

/** All that a provider may be told. */
const toProvider = [
  "accept",
  "accept-encoding",
  "authorization",
  "connection",
  "content-length",
  "content-type",
  "host",
  "user-agent",
];

/** What callers send that is none of a provider's business, or would change what it does. */
const fromCaller = {
  "accept-encoding": "gzip, br",
  "accept-language": "en",
  "api-key": "callers",
  cookie: "session=callers",
  "x-api-key": "callers",
  "x-conversation-id": "callers",
  "x-forwarded-for": "203.0.113.7",
  "x-forwarded-host": "callers.example",
  "x-litellm-num-retries": "9",
  "x-litellm-timeout": "900",
  "x-real-ip": "203.0.113.7",
  "x-stainless-retry-count": "2",
  "openai-organization": "org-callers",
  "openai-beta": "everything",
  "http-referer": "https://callers.example",
  referer: "https://callers.example",
  forwarded: "for=203.0.113.7",
  "proxy-authorization": "Basic Y2FsbGVycw==",
  te: "trailers",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "idempotency-key": "callers",
  "x-request-id": "callers",
};

/** What providers answer that is none of a caller's business. */
const fromProvider = {
  "set-cookie": "provider=1",
  server: "provider",
  via: "1.1 provider",
  "alt-svc": 'h3=":443"',
  "strict-transport-security": "max-age=1",
  "access-control-allow-origin": "*",
  "openai-organization": "org-provider",
  "openai-processing-ms": "5",
  "x-ratelimit-remaining-requests": "7",
  "x-request-id": "provider",
  "x-echo": upstreamKey,
  "content-language": "provider",
};

describe.each(dialects)("[vector 70] what is sent to %s", (dialect) => {
  test.each(["listModels", "checkHealth", "chat", "streamChat", "embed"] as const)("by %s", async (call) => {
    await using bench = await openBench(dialect, "undici");
    const embedding = { model: embeddingModels[dialect], input: ["one"] };
    const calls = {
      listModels: () => bench.provider.listModels(never),
      checkHealth: () => bench.provider.checkHealth(never),
      chat: () => bench.provider.chat(bench.request, never),
      streamChat: async () => {
        for await (const _ of (await bench.provider.streamChat(bench.request, never)).batches);
      },
      embed: () => bench.provider.embed(embedding, never),
    };

    await calls[call]();

    const [entry] = bench.journal.entries();
    const { headers = {} } = entry ?? {};
    const allowed = dialect === "azure" ? [...toProvider, "api-key"] : toProvider;
    expect(Object.keys(headers).filter((name) => !allowed.includes(name))).toEqual([]);
    expect(headers).toMatchObject({
      "accept-encoding": "identity",
      ...(dialect === "azure" ? { "api-key": canaryKey } : { authorization: `Bearer ${canaryKey}` }),
      host: new URL(bench.url).host,
      "user-agent": "corral",
    });
  });
});

describe("[vector 70] through the gateway", () => {
  let world: GatewayWorld;
  beforeAll(async () => {
    world = await startGatewayWorld();
  });
  afterEach(async () => world.mend());
  afterAll(async () => world[Symbol.asyncDispose]());

  /** With headers that fetch would not send. */
  function post(model: string, stream: boolean) {
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number;
      headers: object;
      text: string;
    }>();
    const headers = {
      ...fromCaller,
      authorization: `Bearer ${world.readersKey}`,
      "content-type": "application/json",
    };
    const outgoing = httpRequest(
      `${world.server.url}/v1/chat/completions`,
      { method: "POST", headers },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        incoming.on("end", () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify({ model, stream, messages: [{ role: "user", content: "Hi" }] }));
    return promise;
  }

  test.each([
    ["ollama", true],
    ["ollama", false],
    ["openai", true],
    ["openai", false],
  ] as const)("nothing of the caller's reaches %s, streamed: %s", async (provider, stream) => {
    const arrival = world[provider].journal.next(({ method }) => method === "POST");

    const { status } = await post(`on-${provider}`, stream);

    const { headers } = await arrival;
    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => !toProvider.includes(name))).toEqual([]);
    expect(JSON.stringify(headers)).not.toMatch(/callers|203\.0\.113/u);
    expect(headers.authorization).toBe(provider === "openai" ? `Bearer ${upstreamKey}` : undefined);
  });

  const answers = {
    ollama: {
      type: "application/x-ndjson",
      body: `${JSON.stringify({ message: { role: "assistant", content: "Hi" }, done: true, done_reason: "stop" })}\n`,
    },
    openai: {
      type: "text/event-stream",
      body: `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`,
    },
  };

  test.each([
    ["ollama", true],
    ["ollama", false],
    ["openai", true],
    ["openai", false],
  ] as const)("nothing of the headers of %s reaches the caller, streamed: %s", async (provider, stream) => {
    const { type, body } = answers[provider];
    world[provider].faults.set({
      fault: { kind: "status", code: 200, body, headers: { ...fromProvider, "content-type": type } },
    });

    const answer = await post(`on-${provider}`, stream);

    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining("Hi") });
    expect(JSON.stringify(answer.headers)).not.toMatch(/provider|org-|sk-upstream|h3=/u);
    expect(Object.keys(answer.headers)).not.toContain("set-cookie");
    expect(
      Object.keys(answer.headers).filter((name) =>
        /^(?:x-ratelimit|openai|access-control-allow)/u.test(name),
      ),
    ).toEqual([]);
    expect(answer.text).not.toContain(baseIds[provider]);
  });

  test.each(["ollama", "openai"] as const)("nor do they with an error of %s", async (provider) => {
    world[provider].faults.set({
      fault: { kind: "status", code: 400, body: { error: { message: "no" } }, headers: fromProvider },
    });

    const { status, headers } = await post(`on-${provider}`, false);

    expect(status).toBe(400);
    expect(JSON.stringify(headers)).not.toMatch(/provider|org-|sk-upstream|h3=/u);
  });
});

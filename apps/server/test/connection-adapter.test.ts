import { readFile } from "node:fs/promises";
import { compatibleServers, createConnectionSchema } from "@corral/core";
import { serverKinds } from "@corral/provider-openai";
import { startSimulatedOllama, startSimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "./support/failure-of.ts";
import { signUpAdministrator, type Person } from "./support/people.ts";
import { startProxy } from "./support/start-proxy.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";
import { tlsIdentities } from "./support/tls-identities.ts";

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer();
  ada = await signUpAdministrator(server);
});
afterAll(() => server[Symbol.asyncDispose]());

type Draft = Parameters<Person["trpc"]["connections"]["create"]["mutate"]>[0];

/** A connection whose models are listed. It ends with the block. */
async function connect(draft: Draft) {
  const connection = await ada.trpc.connections.create.mutate(draft);
  const health = await ada.trpc.connections.refresh.mutate({ uid: connection.uid });
  return {
    connection,
    health,
    [Symbol.asyncDispose]: async () => {
      await ada.trpc.connections.delete.mutate({ uid: connection.uid });
    },
  };
}

async function chat(model: string, more: object = {}) {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${ada.token}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hello" }], ...more }),
  });
  return { status: response.status, text: await response.text() };
}

test("docs/connections.md shows a connection that is accepted", async () => {
  const page = await readFile(new URL("../../../docs/connections.md", import.meta.url), "utf8");
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/u.exec(page)?.[1] ?? "");

  expect(createConnectionSchema.parse(example).adapter).toMatchObject({ server: "vllm", thinkTags: "pair" });
});

describe("what a server is", () => {
  test("every server that the package tells apart can be named, but Azure, which is a provider of its own", () => {
    expect(compatibleServers).toEqual(serverKinds.filter((kind) => kind !== "azure"));
  });

  test("a server that is named gets the parameters that it takes, another one does not", async () => {
    await using upstream = await startSimulatedOpenAI({ models: ["own:1"], profile: "vllm" });
    const draft = { provider: "openai" as const, name: "Own", url: upstream.baseUrl };
    const bodies: unknown[] = [];
    for (const server of ["vllm", "mistral"] as const) {
      await using _ = await connect({ ...draft, adapter: { server } });
      upstream.journal.clear();

      await chat("own:1", { min_p: 0.1 });

      bodies.push(upstream.journal.entries().find(({ method }) => method === "POST")?.body);
    }
    expect(bodies[0]).toMatchObject({ min_p: 0.1 });
    expect(bodies[1]).not.toHaveProperty("min_p");
  });

  test("reasoning that stands in the text between tags is told apart where the connection says so", async () => {
    await using upstream = await startSimulatedOpenAI({
      models: ["thinker:1"],
      reply: () => ({ text: ["<think>hm", "m</think>", "yes"] }),
    });
    await using made = await connect({
      provider: "openai",
      name: "Thinker",
      url: upstream.baseUrl,
      adapter: { thinkTags: "pair" },
    });

    const { text } = await chat("thinker:1");

    expect(made.connection.adapter).toEqual({ thinkTags: "pair" });
    expect(JSON.parse(text)).toMatchObject({
      choices: [{ message: { content: "yes", reasoning_content: "hmm" } }],
    });
  });

  test.each([
    ["server", { server: "vllm" }],
    ["thinkTags", { thinkTags: "pair" }],
  ] as const)("%s does not belong to Ollama", async (name, adapter) => {
    const draft = { provider: "ollama", url: "http://127.0.0.1:9", adapter } as const;

    const failures = [
      await failureOf(ada.trpc.connections.create.mutate({ ...draft, name: "O" })),
      await failureOf(verify(draft)),
    ];

    for (const failure of failures) {
      expect(failure).toMatchObject({ errorCode: "invalid_input", issues: [`adapter.${name}`] });
    }
  });
});

type Endpoint = Parameters<Person["trpc"]["connections"]["verify"]["mutate"]>[0]["draft"];

function verify(draft: Endpoint) {
  return ada.trpc.connections.verify.mutate({ draft });
}

describe("a proxy", () => {
  test("carries lists and calls, and its credential goes to it alone", async () => {
    await using proxy = await startProxy();
    await using upstream = await startSimulatedOllama({ models: ["far:1"] });
    await using made = await connect({
      provider: "ollama",
      name: "Far",
      url: upstream.url,
      headers: { "Proxy-Authorization": proxy.credential, "x-team": "blue" },
      adapter: { proxy: proxy.url },
    });

    const { status } = await chat("far:1");

    expect([made.health?.state, status]).toEqual(["ready", 200]);
    expect(new Set(proxy.targets)).toEqual(new Set([new URL(upstream.url).host]));
    for (const { headers } of upstream.journal.entries()) {
      expect(headers).toMatchObject({ "x-team": "blue" });
      expect(headers["proxy-authorization"]).toBeUndefined();
    }
    const lists = await ada.trpc.connections.list.query();
    expect(made.connection.headerNames.toSorted()).toEqual(["Proxy-Authorization", "x-team"]);
    expect(JSON.stringify([made.connection, lists]) + server.logged()).not.toContain("Y2FuYXJ5");
  });

  test("that refuses us is an endpoint that cannot be reached, and nothing is sent around it", async () => {
    await using proxy = await startProxy();
    await using upstream = await startSimulatedOllama({ models: ["far:1"] });

    const verification = await verify({
      provider: "ollama",
      url: upstream.url,
      adapter: { proxy: proxy.url },
    });

    expect(verification).toMatchObject({
      ok: false,
      rungs: [{ name: "address", ok: false, message: expect.stringContaining("status 407") }],
    });
    expect(upstream.journal.entries()).toEqual([]);
  });

  test("that changes gets no secret that was stored for another one", async () => {
    await using upstream = await startSimulatedOpenAI({ models: ["kept:1"], apiKey: "sk-kept-0123456789" });
    await using made = await connect({
      provider: "openai",
      name: "Kept",
      url: upstream.baseUrl,
      authType: "bearer",
      key: "sk-kept-0123456789",
    });
    await using proxy = await startProxy();
    const { uid, revision } = made.connection;
    const adapter = { proxy: proxy.url };

    const refused = await failureOf(ada.trpc.connections.update.mutate({ uid, revision, adapter }));
    const typed = await ada.trpc.connections.update.mutate({
      uid,
      revision,
      adapter,
      key: "sk-kept-0123456789",
    });

    expect(refused).toMatchObject({ errorCode: "key_bound_to_origin" });
    expect(typed.adapter).toEqual(adapter);
  });

  test.each([
    ["http://user:password@proxy.example:3128", "invalid_input"],
    ["socks5://proxy.example:1080", "invalid_input"],
    ["http://169.254.169.254:3128", "outbound_denied"],
  ])("%s is refused when it is saved", async (proxy, errorCode) => {
    const draft = { provider: "ollama", name: "P", url: "http://127.0.0.1:9", adapter: { proxy } } as const;

    expect(await failureOf(ada.trpc.connections.create.mutate(draft))).toMatchObject({ errorCode });
  });
});

describe("certificates", () => {
  const { elsewhere } = tlsIdentities;

  test("of an authority of one's own are trusted, under the name that is given", async () => {
    await using upstream = await startSimulatedOllama({ models: ["own:1"], tls: elsewhere });
    const draft = { provider: "ollama", url: upstream.url } as const;
    const adapter = { ca: elsewhere.cert, servername: "elsewhere.test" };

    const untrusted = await verify(draft);
    const otherName = await verify({ ...draft, adapter: { ca: elsewhere.cert } });
    await using made = await connect({ ...draft, name: "Own", adapter });

    expect([untrusted.ok, otherName.ok]).toEqual([false, false]);
    expect(made.health?.state).toBe("ready");
    expect(await chat("own:1")).toMatchObject({ status: 200 });
  });

  test.each([
    ["no certificate at all", "secret"],
    ["none that can be read", elsewhere.cert.replace("MIIB", "AAAA")],
    ["a private key", tlsIdentities.here.key],
  ])("%s is refused when it is saved", async (_, ca) => {
    const draft = { provider: "ollama", name: "C", url: "https://127.0.0.1:9", adapter: { ca } } as const;

    expect(await failureOf(ada.trpc.connections.create.mutate(draft))).toMatchObject({
      errorCode: "invalid_input",
      issues: ["adapter.ca"],
    });
  });
});

import { Ollama, type ChatResponse } from "ollama";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { baseIds, startGatewayWorld, type GatewayWorld } from "./support/gateway-world.ts";

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
});
afterEach(async () => world.mend());
afterAll(async () => world[Symbol.asyncDispose]());

const asReader = () => clientWith(world.readersKey);
const asAdministrator = () => clientWith(world.adasKey);
const messages = [{ role: "user", content: "hello" }];

function clientWith(key: string): Ollama {
  return new Ollama({ host: `${world.server.url}/ollama`, headers: { authorization: `Bearer ${key}` } });
}

async function call(
  method: string,
  path: string,
  options: { readonly key?: string; readonly body?: unknown } = {},
) {
  const { key = world.readersKey, body } = options;
  const response = await fetch(`${world.server.url}/ollama${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

describe("Ollama's own client", () => {
  test.each(["on-ollama", "on-openai"])("chats with %s, streamed and whole", async (model) => {
    const lines: ChatResponse[] = [];
    for await (const line of await asReader().chat({ model, messages, stream: true })) lines.push(line);
    const whole = await asReader().chat({ model: `${model}:latest`, messages });

    expect(lines.map(({ message }) => message.content).join("")).toBe("Hello, wörld");
    expect(lines.at(-1)).toMatchObject({ model, done: true, done_reason: "stop", eval_count: 3 });
    expect(whole).toMatchObject({
      message: { role: "assistant", content: "Hello, wörld" },
      done: true,
      prompt_eval_count: 2,
    });
  });

  test.each(["on-ollama", "on-openai"])("has a prompt continued by %s", async (model) => {
    const lines: string[] = [];
    for await (const { response } of await asReader().generate({ model, prompt: "hello", stream: true })) {
      lines.push(response ?? "");
    }
    const whole = await asReader().generate({ model, prompt: "hello" });

    expect(lines.join("")).toBe("Hello, wörld");
    expect(whole).toMatchObject({ response: "Hello, wörld", done: true });
  });

  test("gives a model's system prompt along with a prompt, and the caller's after it", async () => {
    const prompt = "You are terse.";
    await world.ada.trpc.models.create.mutate({
      id: "terse",
      name: "Terse",
      baseModelId: baseIds.ollama,
      access: { kind: "public" },
      params: { system: prompt },
    });
    world.ollama.journal.clear();

    await asReader().generate({ model: "terse", prompt: "hello", system: "Be kind." });

    expect(world.ollama.journal.of("/api/generate").at(-1)?.body).toMatchObject({
      prompt: "hello",
      system: `${prompt}\n\nBe kind.`,
    });
  });

  test("sees what may be called and nothing else, and shows it", async () => {
    const { models } = await asReader().list();
    const shown = await asReader().show({ model: "on-ollama" });
    const refused = await asReader()
      .show({ model: baseIds.openai })
      .catch((error: unknown) => error);

    expect(models.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["on-ollama:latest", "on-openai:latest"]),
    );
    expect(models.map(({ name }) => name)).not.toContain(baseIds.ollama);
    expect(shown.capabilities).toEqual(["completion", "tools"]);
    expect(refused).toMatchObject({ status_code: 404 });
  });

  test("gets vectors from either kind of provider", async () => {
    for (const model of ["on-ollama", "on-openai"]) {
      const { embeddings } = await asReader().embed({ model, input: ["one", "two"] });
      const { embedding } = await asReader().embeddings({ model, prompt: "one" });

      expect(embeddings).toHaveLength(2);
      expect(embedding).toEqual(embeddings[0]);
    }
  });

  test("that asks nothing is answered here, and only for what it may call", async () => {
    world.ollama.journal.clear();

    const loaded = await call("POST", "/api/generate", { body: { model: "on-ollama", stream: false } });
    const unloaded = await call("POST", "/api/chat", {
      body: { model: "on-ollama", messages: [], keep_alive: 0, stream: false },
    });
    const foreign = await call("POST", "/api/chat", { body: { model: baseIds.ollama, messages: [] } });

    expect(JSON.parse(loaded.text)).toMatchObject({ done: true, done_reason: "load" });
    expect(JSON.parse(unloaded.text)).toMatchObject({ done: true, done_reason: "unload" });
    expect(foreign.status).toBe(404);
    expect(world.ollama.journal.of("/api/chat")).toEqual([]);
  });
});

describe("what goes wrong", () => {
  test("before an answer is a status with Ollama's error", async () => {
    world.ollama.faults.set({
      path: "/api/chat",
      fault: { kind: "status", code: 400, body: { error: "no" } },
    });

    const { status, type, text } = await call("POST", "/api/chat", {
      body: { model: "on-ollama", messages },
    });

    expect(status).toBeGreaterThanOrEqual(400);
    expect(type).toContain("application/json");
    expect(JSON.parse(text)).toEqual({
      error: expect.any(String),
      detail: expect.any(String),
      code: "upstream_rejected",
    });
  });

  test.each([
    ["GET", "/api/nothing", undefined, 404],
    ["POST", "/api/chat", { messages }, 400],
    ["POST", "/api/chat", { model: "on-ollama", messages: "hello" }, 400],
    ["POST", "/api/generate", { model: "nobody", prompt: "hello" }, 404],
    ["POST", "/models/upload", {}, 501],
    ["POST", "/models/download", { url: "https://example.com/x" }, 501],
  ])("%s %s with %j answers %i", async (...[method, path, body, status]) => {
    expect(await call(method, path, { key: world.adasKey, body })).toMatchObject({ status });
  });

  test.each([
    ["POST", "/api/pull", { model: "x" }],
    ["DELETE", "/api/delete", { model: baseIds.ollama }],
    ["POST", "/api/copy", { source: baseIds.ollama, destination: "y" }],
    ["POST", "/api/unload", { model: baseIds.ollama }],
    ["GET", "/api/tags/0", undefined],
  ])("%s %s is for administrators", async (method, path, body) => {
    expect(await call(method, path, { body })).toMatchObject({ status: 403 });
  });
});

describe("administrators", () => {
  test("pull, copy, unload and delete on the server, and the catalog follows", async () => {
    const pulled = await asAdministrator().pull({ model: "phi4-mini", stream: true });
    const steps: string[] = [];
    for await (const { status } of pulled) steps.push(status);
    await expect
      .poll(async () => (await asAdministrator().list()).models.map(({ name }) => name), { timeout: 15_000 })
      .toContain("phi4-mini:latest");
    const copied = await call("POST", "/api/copy", {
      key: world.adasKey,
      body: { source: "phi4-mini", destination: "spare:1b" },
    });
    const unloaded = await call("POST", "/api/unload", { key: world.adasKey, body: { model: "spare:1b" } });
    const removed = await call("DELETE", "/api/delete", { key: world.adasKey, body: { name: "spare:1b" } });
    const { models } = await asAdministrator().list();

    expect(steps.at(-1)).toBe("success");
    expect([copied, unloaded, removed].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(models.map(({ name }) => name)).not.toContain("spare:1b");
    expect(models.find(({ name }) => name === "phi4-mini:latest")).toMatchObject({ urls: [0] });
  });

  test("do all of it also on the server that they count, and may wait for the end alone", async () => {
    const mine = { model: "ada/mine:1b", stream: false };
    const asked: readonly (readonly [
      method: string,
      path: string,
      body: object | undefined,
      answer: string,
    ])[] = [
      ["POST", "/api/create", { ...mine, from: baseIds.ollama }, '{"status":"success"}'],
      ["POST", "/api/create/0", { ...mine, from: baseIds.ollama }, '{"status":"success"}'],
      ["POST", "/api/copy/0", { source: mine.model, destination: "ada/spare:1b" }, "true"],
      ["POST", "/api/push", mine, '{"status":"success"}'],
      ["POST", "/api/push/0", mine, '{"status":"success"}'],
      ["DELETE", "/api/push", mine, '{"status":"success"}'],
      ["DELETE", "/api/push/0", mine, '{"status":"success"}'],
      ["POST", "/api/pull/0", { model: "phi4-mini", stream: false }, '{"status":"success"}'],
      ["GET", "/api/tags/0", undefined, '"name":"ada/spare:1b"'],
      ["GET", "/api/ps", undefined, '{"models":['],
      ["DELETE", "/api/delete/0", { model: "ada/spare:1b" }, "true"],
    ];

    for (const [method, path, body, answer] of asked) {
      const { status, text } = await call(method, path, { key: world.adasKey, body });

      expect([method, path, status, text]).toStrictEqual([
        method,
        path,
        200,
        expect.stringContaining(answer),
      ]);
    }
  });

  test("are told of a name that no library has", async () => {
    const pull = (stream: boolean) =>
      call("POST", "/api/pull", { key: world.adasKey, body: { model: "nowhere:1b", stream } });

    const whole = await pull(false);
    const streamed = await pull(true);

    expect(whole.status).toBe(404);
    expect(JSON.parse(whole.text)).toMatchObject({
      code: "model_not_found",
      error: expect.stringMatching(/^The server finds no such model\./u),
    });
    expect(streamed.status).toBe(200);
    expect(streamed.text).toMatch(/\{"error":"The server finds no such model\."\}\n$/u);
  });

  test("must say which server where a model is on several, and never touch another provider's model", async () => {
    const foreign = await call("DELETE", "/api/delete", {
      key: world.adasKey,
      body: { model: baseIds.openai },
    });
    const custom = await call("DELETE", "/api/delete", { key: world.adasKey, body: { model: "on-ollama" } });
    const beyond = await call("GET", "/api/tags/7", { key: world.adasKey });

    expect([foreign.status, custom.status, beyond.status]).toEqual([400, 400, 404]);
  });
});

describe("the older completions", () => {
  const openai = () =>
    new OpenAI({ apiKey: world.readersKey, baseURL: `${world.server.url}/v1`, maxRetries: 0 });

  test.each(["on-ollama", "on-openai"])("continue a prompt with %s, streamed and whole", async (model) => {
    const whole = await openai().completions.create({ model, prompt: "hello" });
    let streamed = "";
    const stream = await openai().completions.create({ model, prompt: ["hello"], stream: true });
    for await (const { choices } of stream) streamed += choices[0]?.text ?? "";

    expect(whole).toMatchObject({
      object: "text_completion",
      model,
      choices: [{ index: 0, text: "Hello, wörld", finish_reason: "stop" }],
    });
    expect(whole.id).toMatch(/^cmpl-/u);
    expect(streamed).toBe("Hello, wörld");
  });

  test.each([
    ["several texts", { prompt: ["one", "two"] }],
    ["tokens", { prompt: [1, 2] }],
    ["no prompt", {}],
  ])("refuse %s", async (_, body) => {
    const response = await fetch(`${world.server.url}/v1/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.readersKey}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "on-ollama", ...body }),
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "invalid_input", param: "prompt" } });
  });
});

describe("the same calls where Open WebUI's clients look for them", () => {
  test.each(["/api", "/api/v1", "/openai"])("%s/chat/completions, whole and streamed", async (mount) => {
    const client = new OpenAI({
      apiKey: world.readersKey,
      baseURL: `${world.server.url}${mount}`,
      maxRetries: 0,
    });
    const asked = { model: "on-openai", messages: [{ role: "user" as const, content: "hello" }] };

    const whole = await client.chat.completions.create(asked);
    let streamed = "";
    for await (const { choices } of await client.chat.completions.create({ ...asked, stream: true })) {
      streamed += choices[0]?.delta.content ?? "";
    }
    const vectors = await client.embeddings.create({ model: "on-openai", input: "one" });

    expect(whole.choices[0]?.message.content).toBe("Hello, wörld");
    expect(streamed).toBe("Hello, wörld");
    expect(vectors.data).toHaveLength(1);
  });
});

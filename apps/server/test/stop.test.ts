import { startSimulatedOllama } from "@corral/simulated-providers";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { clientFor, password } from "./support/people.ts";
import { createServerHome, spawnServer } from "./support/spawn-server.ts";

const timeout = 60_000;
const environment = {
  CORRAL_ADMIN_EMAIL: "ada@example.com",
  CORRAL_ADMIN_PASSWORD: password,
};

async function openaiFor(url: string) {
  const { token } = await clientFor(url).auth.signIn.mutate({ email: "ada@example.com", password });
  const trpc = clientFor(url, token);
  const { connections } = await trpc.connections.list.query();
  for (const { uid } of connections) await trpc.connections.refresh.mutate({ uid });
  return { trpc, openai: new OpenAI({ apiKey: token, baseURL: `${url}/v1`, maxRetries: 0 }) };
}

const question = { model: "llama3.2", messages: [{ role: "user" as const, content: "go on" }] };

describe.concurrent("a server that is told to stop", () => {
  test(
    "[vector 68] refuses new requests at once, lets fifty streams finish, and hands over to a start that waits",
    { timeout },
    async () => {
      const words = Array.from({ length: 40 }, (_, at) => `word${at} `);
      await using ollama = await startSimulatedOllama({
        models: ["llama3.2"],
        pace: { firstTokenMs: 0, tokenMs: 100 },
        reply: () => ({ text: words }),
      });
      await using home = await createServerHome();
      const settings = {
        ...environment,
        CORRAL_DATA_DIR: home.dataDir,
        OLLAMA_BASE_URLS: ollama.url,
        CORRAL_DRAIN_MS: "30000",
      };
      await using first = spawnServer(settings);
      const { url } = await first.ready();
      await using beside = spawnServer(settings);
      expect(await beside.exited).toStrictEqual({ code: 1, signal: null });
      expect(beside.output()).toMatch(
        new RegExp(`^Corral cannot start: Process ${first.pid} is already running on .+\\n$`, "u"),
      );

      const { openai } = await openaiFor(url);
      const streams = await Promise.all(
        Array.from({ length: 50 }, async () => {
          const stream = await openai.chat.completions.create({ ...question, stream: true });
          const chunks = stream[Symbol.asyncIterator]();
          await chunks.next();
          return chunks;
        }),
      );
      first.kill("SIGTERM");
      const signalledAt = performance.now();
      let ready = await fetch(`${url}/ready`);
      while (ready.status === 200) ready = await fetch(`${url}/ready`);
      const readyAfterMs = performance.now() - signalledAt;
      const refused = await fetch(`${url}/v1/models`);
      await using second = spawnServer(settings);
      await second.printed(new RegExp(`Waiting for process ${first.pid}, which is shutting down`, "u"));
      const texts = await Promise.all(
        streams.map(async (chunks) => {
          let text = "";
          for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
            text += next.value.choices[0]?.delta.content ?? "";
          }
          return text;
        }),
      );
      const postgres = await home.findPostgres();

      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({ status: "stopping" });
      expect(readyAfterMs).toBeLessThan(1_000);
      expect(refused.status).toBe(503);
      expect(refused.headers.get("connection")).toBe("close");
      expect(refused.headers.get("retry-after")).toBe("1");
      expect(await refused.json()).toMatchObject({ error: { code: "shutting_down" } });
      expect(texts).toEqual(Array.from({ length: 50 }, () => words.join("")));
      expect(await first.exited).toStrictEqual({ code: 0, signal: null });
      await second.ready();
      expect(await home.findPostgres()).not.toBe(postgres);
      second.kill("SIGTERM");
      expect(await second.exited).toStrictEqual({ code: 0, signal: null });
      expect(await home.findPostgres()).toBeUndefined();
    },
  );

  test(
    "ends an answer that takes longer than the drain time with an error that says so",
    { timeout },
    async () => {
      await using ollama = await startSimulatedOllama({
        models: ["llama3.2"],
        pace: { firstTokenMs: 0, tokenMs: 50 },
        reply: () => "word ".repeat(10_000),
      });
      await using home = await createServerHome();
      await using server = spawnServer({
        ...environment,
        CORRAL_DATA_DIR: home.dataDir,
        OLLAMA_BASE_URLS: ollama.url,
        CORRAL_DRAIN_MS: "500",
      });
      const { url } = await server.ready();
      const { trpc, openai } = await openaiFor(url);
      const stream = await openai.chat.completions.create({ ...question, stream: true });
      const chunks = stream[Symbol.asyncIterator]();
      await chunks.next();
      const whole = openai.chat.completions.create(question).catch((error: unknown) => error);
      const events = (await trpc.chat.stream.mutate(question))[Symbol.asyncIterator]();
      await events.next();

      server.kill("SIGTERM");
      const signalledAt = performance.now();
      const readOn = async (iterator: AsyncIterator<unknown>) => {
        while ((await iterator.next()).done !== true);
      };
      const [failed, typedFailed] = await Promise.all([
        readOn(chunks).catch((error: unknown) => error),
        readOn(events).catch((error: unknown) => error),
      ]);
      const wholeFailed = await whole;

      expect(await server.exited).toStrictEqual({ code: 0, signal: null });
      expect(performance.now() - signalledAt).toBeLessThan(8_000);
      expect(failed).toMatchObject({ code: "shutting_down" });
      expect(wholeFailed).toMatchObject({ status: 503, code: "shutting_down" });
      expect(typedFailed).toMatchObject({ data: { errorCode: "shutting_down" } });
      expect(await home.findPostgres()).toBeUndefined();
    },
  );

  test("stops at once at the second signal", { timeout }, async () => {
    await using ollama = await startSimulatedOllama({
      models: ["llama3.2"],
      pace: { firstTokenMs: 0, tokenMs: 50 },
      reply: () => "word ".repeat(10_000),
    });
    await using home = await createServerHome();
    await using server = spawnServer({
      ...environment,
      CORRAL_DATA_DIR: home.dataDir,
      OLLAMA_BASE_URLS: ollama.url,
      CORRAL_DRAIN_MS: "60000",
    });
    const { url } = await server.ready();
    const { openai } = await openaiFor(url);
    const stream = await openai.chat.completions.create({ ...question, stream: true });
    await stream[Symbol.asyncIterator]().next();

    server.kill("SIGTERM");
    await server.printed(/Stopping/u);
    server.kill("SIGTERM");

    expect((await server.exited).code).toBe(1);
  });
});

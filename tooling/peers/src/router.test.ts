import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { createOpenAIProvider, type ModelRouter, type OpenAIProvider } from "@corral/provider-openai";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { type LlamaServer, startLlamaServer } from "./start-llama-server.ts";
import { tinyModelScripts } from "./tiny-model-scripts.ts";

const llama = inject("llama");
const signal = () => ({ signal: AbortSignal.timeout(20_000) });

/** llama.cpp with a folder of models: each is a process that comes and goes. The tests follow one life. */
describe.skipIf(llama === null)("llama-server as a router", () => {
  let folder: string;
  let server: LlamaServer;
  let provider: OpenAIProvider;
  beforeAll(async () => {
    if (llama === null) return;
    folder = await mkdtemp(join(tmpdir(), "corral-router-"));
    for (const name of ["one", "two"]) await copyFile(llama.model, join(folder, `${name}.gguf`));
    server = await startLlamaServer({ ...llama, model: join(folder, "one.gguf"), router: true });
    const transport = createUndiciTransport({ url: server.baseUrl });
    provider = createOpenAIProvider({ baseUrl: server.baseUrl, transport });
  });
  afterAll(async () => {
    await provider.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const chat = async (model: string) => {
    const messages = [{ role: "user" as const, content: "Hi" }];
    const { completion } = await provider.chat({ model, messages, params: {} }, signal());
    return completion.choices[0]?.text;
  };
  /** There once a list has given the server away. */
  const router = (): ModelRouter => {
    if (provider.router === undefined) throw new Error("the server was not known for a router");
    return provider.router;
  };
  const states = async () =>
    Object.fromEntries((await router().listStates(signal())).map(({ id, state }) => [id, state]));
  const expectState = (model: string, state: string) =>
    expect.poll(async () => (await states())[model], { timeout: 10_000, interval: 50 }).toBe(state);

  it("lists every model, loaded or not, and nothing of the machine that it runs on", async () => {
    const { models, dropped } = await provider.listModels(signal());

    expect(models.map(({ id }) => id).toSorted()).toEqual(["one", "two"]);
    expect(dropped).toBe(0);
    expect(JSON.stringify(models)).not.toContain(folder);
    expect(await states()).toEqual({ one: "unloaded", two: "unloaded" });
    expect(await (await fetch(`${server.baseUrl}/models`, signal())).text()).toContain(folder);
  });

  it("loads a model when it is told to", async () => {
    await router().load("one", signal());

    await expectState("one", "loaded");
    expect(await chat("one")).toBe(tinyModelScripts.answer.text);
  });

  it("loads another at its first call, and keeps the one that is there", async () => {
    expect(await chat("two")).toBe(tinyModelScripts.answer.text);

    expect(await states()).toEqual({ one: "loaded", two: "loaded" });
  });

  it("unloads a model, which comes back with its next call", async () => {
    await router().unload("one", signal());
    await expectState("one", "unloaded");

    expect(await chat("one")).toBe(tinyModelScripts.answer.text);

    await expectState("one", "loaded");
  });

  it("has the facts of a loaded model in its list", async () => {
    const { models } = await provider.listModels(signal());

    expect(models.map(({ id, facts }) => [id, facts.ownedBy])).toEqual(
      expect.arrayContaining([
        ["one", "llamacpp"],
        ["two", "llamacpp"],
      ]),
    );
  });

  it("answers 400 for a model that it does not have, which we call not found", async () => {
    const calls = await Promise.allSettled([
      chat("absent"),
      provider.streamChat(
        { model: "absent", messages: [{ role: "user", content: "Hi" }], params: {} },
        signal(),
      ),
    ]);

    const error = {
      code: "upstream_not_found",
      details: { upstreamStatus: 400, upstreamClass: "model_not_found" },
    };
    expect(calls).toMatchObject([{ reason: error }, { reason: error }]);
    // Only loading says so with the status that is meant for it.
    const orders = await Promise.allSettled([
      router().load("absent", signal()),
      router().unload("absent", signal()),
      router().getState("absent", signal()),
    ]);
    expect(orders).toMatchObject(
      Array.from({ length: 3 }, () => ({ reason: { code: "upstream_not_found" } })),
    );
  });
});

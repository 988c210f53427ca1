import { type ChatResponse, Ollama } from "ollama";
import { expect, test, vi } from "vitest";
import { startSimulatedOllama } from "./simulated-ollama.ts";

const weatherTool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Current weather",
    parameters: { type: "object", required: ["city"], properties: { city: { type: "string" } } },
  },
};

function ask(content: string) {
  return [{ role: "user", content }];
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

test("lists, shows and copies, and forgets what was deleted", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  await client.copy({ source: "llama3.2", destination: "mine" });
  const shown = await client.show({ model: "qwen3:8b" });
  await client.delete({ model: "mine" });
  const { models } = await client.list();

  expect(shown.capabilities).toEqual(["completion", "tools", "thinking"]);
  expect(Reflect.get(shown.model_info, "qwen3.context_length")).toBe(40_960);
  expect(models.map(({ name }) => name)).toEqual([
    "llama3.2:latest",
    "qwen3:8b",
    "llava:7b",
    "nomic-embed-text:latest",
  ]);
  expect(server.journal.of("/api/delete")[0]).toMatchObject({ method: "DELETE", body: { name: "mine" } });
});

test("streams a chat token by token and closes it with counts", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  const parts = await collect(
    await client.chat({ model: "llama3.2", messages: ask("good morning"), stream: true }),
  );

  expect(parts.map(({ message }) => message.content)).toEqual(["You", " said:", " good", " morning", ""]);
  expect(parts.at(-1)).toMatchObject({
    done: true,
    done_reason: "stop",
    prompt_eval_count: 3,
    eval_count: 4,
  });
  expect(parts.at(-1)?.total_duration).toBeGreaterThan(0);
});

test("thinks aloud when the model can, and not when told not to", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  const thoughtful = await client.chat({ model: "qwen3:8b", messages: ask("hm") });
  const quick = await client.chat({ model: "qwen3:8b", messages: ask("hm"), think: false });

  expect(thoughtful.message.thinking).toBe("The user said: hm");
  expect(quick.message.thinking).toBeUndefined();
  await expect(client.chat({ model: "llama3.2", messages: ask("hm"), think: true })).rejects.toThrow(
    '"llama3.2" does not support thinking',
  );
});

test("calls a tool with complete arguments, then answers with its result in hand", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });
  const messages = ask("use get_weather for Bern");

  const { message } = await client.chat({ model: "llama3.2", messages, tools: [weatherTool] });
  const answer = await client.chat({
    model: "llama3.2",
    messages: [...messages, message, { role: "tool", content: "sunny", tool_name: "get_weather" }],
    tools: [weatherTool],
  });

  expect(message.tool_calls?.[0]?.function).toMatchObject({
    name: "get_weather",
    arguments: { city: "text" },
  });
  expect(answer.message.tool_calls).toBeUndefined();
  expect(answer.message.content).toContain("You said");
});

test("obeys a JSON schema", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });
  const format = {
    type: "object",
    properties: {
      age: { type: "integer" },
      kind: { enum: ["cat", "dog"] },
      tags: { type: "array", items: { type: "string" } },
    },
  };

  const { message } = await client.chat({ model: "llama3.2", messages: ask("a pet"), format });

  expect(JSON.parse(message.content)).toEqual({ age: 1, kind: "cat", tags: ["text"] });
});

test("generates from a prompt and stops at num_predict", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  const answer = await client.generate({ model: "llama3.2", prompt: "a b c", options: { num_predict: 3 } });

  expect(answer).toMatchObject({ response: "You said: a", done: true, done_reason: "length", eval_count: 3 });
  expect(answer.context.length).toBeGreaterThan(0);
});

test("embeds the same text to the same unit vector", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  const { embeddings } = await client.embed({ model: "nomic-embed-text", input: ["a", "b", "a"] });
  const short = await client.embed({ model: "nomic-embed-text", input: "a", dimensions: 16 });
  const legacy = await client.embeddings({ model: "nomic-embed-text", prompt: "a" });

  expect(embeddings[0]).toHaveLength(768);
  expect(embeddings[0]).toEqual(embeddings[2]);
  expect(embeddings[0]).not.toEqual(embeddings[1]);
  expect(Math.hypot(...(embeddings[0] ?? []))).toBeCloseTo(1);
  expect(Math.hypot(...(short.embeddings[0] ?? []))).toBeCloseTo(1);
  expect(Math.hypot(...legacy.embedding)).toBeGreaterThan(2);
});

test("pulls layer by layer with progress that only grows, and lists the model afterwards", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  const events = await collect(await client.pull({ model: "tinyllama", stream: true }));

  const completed = events.filter(({ completed }) => completed !== undefined);
  const layers = Map.groupBy(completed, ({ digest }) => digest);
  expect(events[0]?.status).toBe("pulling manifest");
  expect(events.at(-1)?.status).toBe("success");
  expect(layers.size).toBe(3);
  for (const layer of layers.values()) {
    const numbers = layer.map((event) => event.completed);
    expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    expect(layer.at(-1)?.completed).toBe(layer.at(-1)?.total);
  }
  expect((await client.list()).models[0]?.name).toBe("tinyllama:latest");
});

test("resumes a pull that was cancelled", async () => {
  await using server = await startSimulatedOllama({ pace: { pullMs: 100 } });
  const client = new Ollama({ host: server.url });
  const first = await client.pull({ model: "tinyllama", stream: true });
  let reached = 0;
  await expect(
    (async () => {
      for await (const { completed } of first) {
        reached = completed ?? 0;
        if (reached > 0) first.abort();
      }
    })(),
  ).rejects.toThrow("abort");
  const [entry] = server.journal.of("/api/pull");
  if (entry) await server.journal.whenClosed(entry);
  server.setPace({ pullMs: 0 });

  const events = await collect(await client.pull({ model: "tinyllama", stream: true }));

  expect(entry?.closedByClientAt).toBeDefined();
  expect(events[1]?.completed).toBeGreaterThan(reached);
  expect(events.at(-1)?.status).toBe("success");
});

test("reports a pull of nothing as an error line, and as HTTP 500 where nothing is streamed", async () => {
  await using server = await startSimulatedOllama();
  server.addToLibrary({ name: "broken", pullError: "digest mismatch, file must be downloaded again: x" });
  const client = new Ollama({ host: server.url });

  await expect(collect(await client.pull({ model: "nothing", stream: true }))).rejects.toThrow(
    "pull model manifest: file does not exist",
  );
  await expect(client.pull({ model: "nothing" })).rejects.toMatchObject({ status_code: 500 });
  await expect(client.pull({ model: "broken" })).rejects.toThrow("digest mismatch");
});

test("creates a model whose system prompt speaks, pulling its base if need be", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  const events = await collect(
    await client.create({
      model: "mario",
      from: "tinyllama",
      system: "You are Mario.",
      parameters: { top_k: 3 },
      stream: true,
    }),
  );
  const shown = await client.show({ model: "mario" });
  const { message } = await client.chat({ model: "mario", messages: ask("__inspect__") });

  expect(events.map(({ status }) => status)).toContain("pulling manifest");
  expect(events.at(-1)?.status).toBe("success");
  expect(shown).toMatchObject({ system: "You are Mario.", parameters: `${"top_k".padEnd(30)} 3` });
  expect(shown.details.parent_model).toBe("tinyllama:latest");
  expect(JSON.parse(message.content)).toMatchObject({ system: ["You are Mario."] });
});

test("pushes a model, and complains in the stream about one it does not have", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  const events = await collect(await client.push({ model: "llama3.2", stream: true }));

  expect(events[0]?.status).toBe("retrieving manifest");
  expect(events.at(-1)?.status).toBe("success");
  await expect(collect(await client.push({ model: "nothing", stream: true }))).rejects.toThrow(
    "does not exist",
  );
});

test("keeps a model in memory as long as asked, and unloads it on request", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  const load: ChatResponse = await client.chat({ model: "llama3.2", messages: [], keep_alive: -1 });
  await client.chat({ model: "qwen3:8b", messages: ask("x"), keep_alive: "10m", options: { num_ctx: 8192 } });
  const both = await client.ps();
  const unload = await client.chat({ model: "llama3.2", messages: [], keep_alive: 0 });
  const one = await client.ps();

  expect([load.done_reason, unload.done_reason]).toEqual(["load", "unload"]);
  expect(both.models.map(({ name }) => name)).toEqual(["llama3.2:latest", "qwen3:8b"]);
  expect(new Date(both.models[0]?.expires_at ?? 0).getUTCFullYear()).toBeGreaterThan(2300);
  expect(both.models[1]).toMatchObject({ context_length: 8192, size_vram: 5_225_388_164 });
  expect(one.models.map(({ name }) => name)).toEqual(["qwen3:8b"]);
});

test("sees the client's departure within 50 ms and stops generating", async () => {
  await using server = await startSimulatedOllama({
    pace: { tokenMs: 2 },
    reply: () => "on and on ".repeat(5000),
  });
  const client = new Ollama({ host: server.url });
  const latencies: number[] = [];

  for (let round = 0; round < 5; round += 1) {
    const arrival = server.journal.next();
    const stream = await client.chat({ model: "llama3.2", messages: ask("talk"), stream: true });
    const entry = await arrival;
    let abortedAt = 0;
    const reading = (async () => {
      for await (const _ of stream) {
        abortedAt = performance.timeOrigin + performance.now();
        stream.abort();
      }
    })();
    await expect(reading).rejects.toThrow("abort");
    await server.journal.whenClosed(entry);
    const { bytesSent } = entry;
    await client.version();
    expect(entry.finishedAt).toBeUndefined();
    expect(entry.bytesSent).toBe(bytesSent);
    latencies.push((entry.closedByClientAt ?? Infinity) - abortedAt);
  }

  // The best of five: the machine may be busy with other things, the server must not be.
  expect(Math.min(...latencies)).toBeLessThan(50);
});

test("says what arrived when asked to inspect", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  const { message } = await client.chat({
    model: "llama3.2",
    messages: [{ role: "system", content: "Be brief." }, ...ask("__inspect__")],
    options: { temperature: 0.25, stop: ["END"] },
  });

  expect(JSON.parse(message.content)).toMatchObject({
    model: "llama3.2:latest",
    system: ["Be brief."],
    options: { temperature: 0.25, stop: ["END"] },
  });
});

test("changes its models and its mind at run time", async () => {
  await using server = await startSimulatedOllama({ models: ["a"] });
  const client = new Ollama({ host: server.url });
  server.setReply(({ model }) => ({ text: `I am ${model}.`, reasoning: "", finish: "length" }));

  server.setModels(["b"]);
  server.addModel({ name: "c:1b", contextLength: 7 });
  server.removeModel("b");
  const names = (await client.list()).models.map(({ name }) => name);
  const answer = await client.chat({ model: "c:1b", messages: ask("who?") });

  expect(names).toEqual(["c:1b"]);
  expect(answer).toMatchObject({ message: { content: "I am c:1b." }, done_reason: "length" });
});

test("serves what its slots allow and refuses beyond its queue", async () => {
  const gate = Promise.withResolvers<string>();
  await using server = await startSimulatedOllama({ slots: 1, maxQueue: 1, reply: () => gate.promise });
  const client = new Ollama({ host: server.url });
  const calls = [1, 2, 3].map(() => client.chat({ model: "llama3.2", messages: ask("x") }));

  await expect(Promise.all(calls)).rejects.toMatchObject({
    status_code: 503,
    error: "server busy, please try again.  maximum pending requests exceeded",
  });
  gate.resolve("free");
  const results = await Promise.allSettled(calls);

  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
});

test("answers 200 chats at once, each with its own words", async () => {
  await using server = await startSimulatedOllama({ pace: { tokenMs: 1 } });
  const client = new Ollama({ host: server.url });
  const numbers = Array.from({ length: 200 }, (_, index) => index);

  const answers = await Promise.all(
    numbers.map(async (number) => {
      const stream = await client.chat({
        model: "llama3.2",
        messages: ask(`number ${number}`),
        stream: true,
      });
      return (await collect(stream)).map(({ message }) => message.content).join("");
    }),
  );

  expect(answers).toEqual(numbers.map((number) => `You said: number ${number}`));
});

test("warns nobody: the official client finds every line valid", async () => {
  const warn = vi.spyOn(console, "warn");
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });

  await collect(
    await client.chat({ model: "qwen3:8b", messages: ask("a < b & c > d \u2028"), stream: true }),
  );

  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

import OpenAI, { APIError } from "openai";
import { expect, test } from "vitest";
import { type SimulatedOpenAIOptions, startSimulatedOpenAI } from "./simulated-openai.ts";

async function start(options: SimulatedOpenAIOptions = {}) {
  const server = await startSimulatedOpenAI(options);
  const client = new OpenAI({ baseURL: server.baseUrl, apiKey: options.apiKey ?? "sk-any", maxRetries: 0 });
  return { server, client, [Symbol.asyncDispose]: server.stop };
}

function ask(content: string): [{ role: "user"; content: string }] {
  return [{ role: "user", content }];
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

const tools = [
  {
    type: "function" as const,
    function: {
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } } },
    },
  },
];

test("lists its models and finds one whose id has slashes and spaces", async () => {
  await using sim = await start({ models: ["a", "accounts/x/models/llama 3@1:b"] });

  const ids = (await sim.client.models.list()).data.map(({ id }) => id);
  const one = await sim.client.models.retrieve("accounts/x/models/llama 3@1:b");

  expect(ids).toEqual(["a", "accounts/x/models/llama 3@1:b"]);
  expect(one).toMatchObject({ id: "accounts/x/models/llama 3@1:b", object: "model" });
});

test("streams role, text, finish and usage in that order", async () => {
  await using sim = await start();

  const chunks = await collect(
    await sim.client.chat.completions.create({
      model: "sim-gpt-small",
      messages: ask("good morning"),
      stream: true,
      stream_options: { include_usage: true },
    }),
  );

  const deltas = chunks.map(({ choices }) => choices[0]?.delta);
  expect(deltas[0]).toMatchObject({ role: "assistant", content: "" });
  expect(deltas.slice(1, 5).map((delta) => delta?.content)).toEqual(["You", " said:", " good", " morning"]);
  expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: "stop" });
  expect(chunks.at(-1)).toMatchObject({
    choices: [],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  });
  expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBe(1);
  expect(chunks.filter(({ choices }) => choices[0]?.delta.role)).toHaveLength(1);
});

test("streams the arguments of a tool call in fragments the client can put together", async () => {
  await using sim = await start();
  const stream = sim.client.chat.completions.stream({
    model: "sim-gpt-small",
    messages: ask("use get_weather"),
    tools,
  });

  const final = await stream.finalChatCompletion();

  const call = final.choices[0]?.message.tool_calls?.[0];
  expect(final.choices[0]?.finish_reason).toBe("tool_calls");
  expect(call).toMatchObject({
    type: "function",
    function: { name: "get_weather", arguments: '{"city":"text"}' },
  });
});

test("calls the tool it is told to, or none", async () => {
  await using sim = await start();
  const create = (tool_choice: "required" | "none") =>
    sim.client.chat.completions.create({
      model: "sim-gpt-small",
      messages: ask("hello"),
      tools,
      tool_choice,
    });

  const [forced, none] = await Promise.all([create("required"), create("none")]);

  expect(forced.choices[0]?.message).toMatchObject({
    content: null,
    tool_calls: [{ function: { name: "get_weather" } }],
  });
  expect(none.choices[0]?.message.tool_calls).toBeUndefined();
});

test("answers n times, streamed choices taking turns", async () => {
  await using sim = await start();
  const request = { model: "sim-gpt-small", messages: ask("x"), n: 2, logprobs: true };

  const whole = await sim.client.chat.completions.create(request);
  const chunks = await collect(await sim.client.chat.completions.create({ ...request, stream: true }));

  expect(whole.choices.map(({ index }) => index)).toEqual([0, 1]);
  expect(whole.choices[0]?.logprobs?.content?.map(({ token }) => token).join("")).toBe("You said: x");
  expect(chunks.map(({ choices }) => choices[0]?.index)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  expect(chunks.filter(({ choices }) => choices[0]?.finish_reason === "stop")).toHaveLength(2);
});

test("obeys a JSON schema", async () => {
  await using sim = await start();
  const schema = { type: "object", properties: { ok: { type: "boolean" } } };

  const answer = await sim.client.chat.completions.create({
    model: "sim-gpt-small",
    messages: ask("x"),
    response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
  });

  expect(JSON.parse(answer.choices[0]?.message.content ?? "")).toEqual({ ok: true });
});

test("says what arrived when asked to inspect", async () => {
  await using sim = await start();

  const answer = await sim.client.chat.completions.create({
    model: "sim-gpt-small",
    messages: [{ role: "developer", content: "Be brief." }, ...ask("__inspect__")],
    temperature: 0.5,
    max_tokens: 500,
  });

  expect(JSON.parse(answer.choices[0]?.message.content ?? "")).toMatchObject({
    system: ["Be brief."],
    options: { temperature: 0.5, max_tokens: 500 },
  });
});

test("embeds alike as floats and as base64, the client's default", async () => {
  await using sim = await start();
  const create = (encoding_format?: "float") =>
    sim.client.embeddings.create({
      model: "sim-embed",
      input: ["a", "b"],
      dimensions: 8,
      ...(encoding_format && { encoding_format }),
    });

  const [byDefault, asFloats] = await Promise.all([create(), create("float")]);

  expect(sim.server.journal.of("/v1/embeddings")[0]?.body).toMatchObject({ encoding_format: "base64" });
  expect(byDefault.data.map(({ embedding }) => [...embedding])).toEqual(
    asFloats.data.map(({ embedding }) => embedding),
  );
  expect(Math.hypot(...(asFloats.data[0]?.embedding ?? []))).toBeCloseTo(1);
});

test("serves the legacy completions, streamed and whole", async () => {
  await using sim = await start();

  const whole = await sim.client.completions.create({ model: "sim-gpt-small", prompt: "x y" });
  const chunks = await collect(
    await sim.client.completions.create({ model: "sim-gpt-small", prompt: "x y", stream: true }),
  );

  expect(whole).toMatchObject({
    object: "text_completion",
    choices: [{ text: "You said: x y", finish_reason: "stop" }],
  });
  expect(chunks.map(({ choices }) => choices[0]?.text).join("")).toBe("You said: x y");
});

test("shows the key's ends to a caller whose key is wrong", async () => {
  await using sim = await start({ apiKey: "sk-right-0123456789" });
  const stranger = new OpenAI({ baseURL: sim.server.baseUrl, apiKey: "sk-wrong-9876543210", maxRetries: 0 });

  const error: unknown = await stranger.models.list().catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(APIError);
  expect(error).toMatchObject({
    status: 401,
    code: "invalid_api_key",
    message: expect.stringMatching(/sk-wrong\*+3210/),
  });
  await expect(sim.client.models.list()).resolves.toBeDefined();
});

test.each([
  [{ max_tokens: 5 }, "max_tokens", "unsupported_parameter"],
  [{ temperature: 0.5 }, "temperature", "unsupported_value"],
  [{ top_p: 0.5 }, "top_p", "unsupported_value"],
  [{ presence_penalty: 1 }, "presence_penalty", "unsupported_parameter"],
  [{ logprobs: true }, "logprobs", "unsupported_parameter"],
  [{ stop: ["x"] }, "stop", "unsupported_parameter"],
])("refuses %o for a reasoning model", async (field, param, code) => {
  await using sim = await start();

  const call = sim.client.chat.completions.create({ model: "o3-mini", messages: ask("x"), ...field });

  await expect(call).rejects.toMatchObject({ status: 400, param, code });
});

test("accepts temperature from a newer reasoning model that is told not to reason", async () => {
  await using sim = await start({ models: ["gpt-5.1"] });
  const create = (reasoning_effort: "none" | "low") =>
    sim.client.chat.completions.create({
      model: "gpt-5.1",
      messages: ask("x"),
      temperature: 0.5,
      reasoning_effort,
    });

  const calm = await create("none");

  expect(calm.usage?.completion_tokens_details?.reasoning_tokens).toBe(0);
  await expect(create("low")).rejects.toMatchObject({ param: "temperature" });
});

test("hides its reasoning but counts it", async () => {
  await using sim = await start();

  const answer = await sim.client.chat.completions.create({ model: "o3-mini", messages: ask("x") });

  expect(JSON.stringify(answer.choices)).not.toContain("The user said");
  expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(4);
});

test("sees the client's departure within 50 ms and stops generating", async () => {
  await using sim = await start({ pace: { tokenMs: 2 }, reply: () => "on and on ".repeat(5000) });
  const latencies: number[] = [];

  for (let round = 0; round < 5; round += 1) {
    const arrival = sim.server.journal.next(({ path }) => path === "/v1/chat/completions");
    const request = { model: "sim-gpt-small", messages: ask("talk"), stream: true as const };
    const stream = await sim.client.chat.completions.create(request);
    const entry = await arrival;
    let abortedAt = 0;
    for await (const _ of stream) {
      abortedAt = performance.timeOrigin + performance.now();
      stream.controller.abort();
    }
    await sim.server.journal.whenClosed(entry);
    expect(entry.finishedAt).toBeUndefined();
    latencies.push((entry.closedByClientAt ?? Infinity) - abortedAt);
  }

  // The best of five: the machine may be busy with other things, the server must not be.
  expect(Math.min(...latencies)).toBeLessThan(50);
});

test("keeps the pace it was given", async () => {
  await using sim = await start({ pace: { firstTokenMs: 60, tokenMs: 10 } });
  const startedAt = performance.now();

  await sim.client.chat.completions.create({ model: "sim-gpt-small", messages: ask("x") });

  expect(performance.now() - startedAt).toBeGreaterThan(75);
});

test("refuses beyond its slots and serves again when one is free", async () => {
  const gate = Promise.withResolvers<string>();
  await using sim = await start({ slots: 1, reply: () => gate.promise });
  const create = () => sim.client.chat.completions.create({ model: "sim-gpt-small", messages: ask("x") });
  const calls = [create(), create()];

  await expect(Promise.all(calls)).rejects.toMatchObject({ status: 503, code: "overloaded" });
  gate.resolve("free");
  const results = await Promise.allSettled(calls);

  expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await expect(create()).resolves.toBeDefined();
});

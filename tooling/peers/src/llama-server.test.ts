import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { readSlots } from "./read-slots.ts";
import { type LlamaServer, type LlamaServerOptions, startLlamaServer } from "./start-llama-server.ts";
import { obeyedAnswer, obeyedSchema, tinyModelReasoning, tinyModelScripts } from "./tiny-model-scripts.ts";
import { tinyModelContextLength } from "./write-tiny-gguf.ts";

/** What the real server does: where Corral's adapter stumbles over it, these say which of the two changed. */

const llama = inject("llama");
const { answer, loop } = tinyModelScripts;

function start(
  options: Omit<LlamaServerOptions, "program" | "model"> & { model?: string },
): Promise<LlamaServer> {
  if (llama === null) throw new Error("the tests that need a server should have been skipped");
  return startLlamaServer({ ...llama, ...options });
}

function connect(server: LlamaServer): OpenAI {
  return new OpenAI({ baseURL: `${server.baseUrl}/v1`, apiKey: "none", maxRetries: 0, timeout: 20_000 });
}

const user = (content: string): OpenAI.ChatCompletionUserMessageParam => ({ role: "user", content });
const getFlag: OpenAI.ChatCompletionTool = {
  type: "function",
  function: {
    name: "get_flag",
    description: "Reads a flag",
    parameters: { type: "object", properties: { on: { type: "boolean" } }, required: ["on"] },
  },
};
describe.skipIf(llama === null)("llama-server with the tiny model", () => {
  let server: LlamaServer;
  let client: OpenAI;
  beforeAll(async () => {
    server = await start({});
    client = connect(server);
  });
  afterAll(() => server.stop());

  const complete = (body: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>) =>
    client.chat.completions.create({ model: "tiny", messages: [user("Hi")], ...body });
  const stream = async (body: Partial<OpenAI.ChatCompletionCreateParamsStreaming>) => {
    const request = { model: "tiny", messages: [user("Hi")], ...body, stream: true as const };
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of await client.chat.completions.create(request)) chunks.push(chunk);
    return chunks;
  };

  it("lists the model under its alias, with its context length", async () => {
    const { data } = await client.models.list();

    expect(data).toMatchObject([{ id: "tiny", object: "model", owned_by: "llamacpp" }]);
    expect(data[0]).toMatchObject({ meta: { n_ctx_train: tinyModelContextLength, n_vocab: 416 } });
  });

  it("answers whole, with usage and its own timings", async () => {
    const completion = await complete({});

    const { choices, usage, model } = completion;
    expect(choices).toMatchObject([
      { index: 0, finish_reason: "stop", message: { role: "assistant", content: answer.text } },
    ]);
    expect(model).toBe("tiny");
    expect(usage?.completion_tokens).toBe(11);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + 11);
    expect(completion).toHaveProperty("timings.predicted_n", 11);
  });

  it("streams word by word: the role first with null content, usage last and only when asked for", async () => {
    const chunks = await stream({ stream_options: { include_usage: true } });

    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", content: null });
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe(answer.text);
    expect(chunks.length).toBeGreaterThan(10);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 11 } });
    const withoutUsage = await stream({});
    expect(withoutUsage.filter(({ usage }) => usage)).toEqual([]);
  });

  it("calls a tool", async () => {
    const { choices } = await complete({ tools: [getFlag] });

    const [choice] = choices;
    expect(choice).toMatchObject({ finish_reason: "tool_calls", message: { content: "" } });
    expect(choice?.message.tool_calls).toMatchObject([{ type: "function", function: { name: "get_flag" } }]);
    expect(readArguments(choice?.message.tool_calls?.[0])).toEqual({ on: true });
  });

  it("streams a tool call: id and name once, the arguments in fragments", async () => {
    const chunks = await stream({ tools: [getFlag] });

    const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(calls.filter(({ id }) => id !== undefined)).toHaveLength(1);
    expect(calls[0]).toMatchObject({ index: 0, function: { name: "get_flag" } });
    const fragments = calls.map((call) => call.function?.arguments ?? "").filter((text) => text !== "");
    expect(fragments).toEqual(["{", '"on":', " true}"]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
  });

  it("answers after the tool's result", async () => {
    const { choices } = await complete({
      tools: [getFlag],
      messages: [
        user("Hi"),
        {
          role: "assistant",
          tool_calls: [
            { id: "call-1", type: "function", function: { name: "get_flag", arguments: '{"on":true}' } },
          ],
        },
        { role: "tool", tool_call_id: "call-1", content: "yes" },
      ],
    });

    expect(choices[0]).toMatchObject({ finish_reason: "stop", message: { content: answer.text } });
  });

  it("keeps reasoning apart as reasoning_content, whole and streamed", async () => {
    const whole = await complete({ messages: [user("THINK")] });
    const chunks = await stream({ messages: [user("THINK")] });

    const expected = {
      reasoning_content: tinyModelReasoning.reasoning,
      content: tinyModelReasoning.conclusion,
    };
    expect(whole.choices[0]?.message).toMatchObject(expected);
    const join = (key: string): string =>
      chunks
        .map(
          ({ choices }) => Object.entries(choices[0]?.delta ?? {}).find(([name]) => name === key)?.[1] ?? "",
        )
        .join("");
    expect({ reasoning_content: join("reasoning_content"), content: join("content") }).toEqual(expected);
  });

  it("holds its answer to a JSON schema", async () => {
    const free = await complete({ messages: [user("JSON")] });
    const { choices } = await complete({
      messages: [user("JSON")],
      response_format: {
        type: "json_schema",
        json_schema: { name: "flag", schema: obeyedSchema, strict: true },
      },
    });

    expect(JSON.parse(free.choices[0]?.message.content ?? "")).toEqual({ a: "x", n: true });
    expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual(obeyedAnswer);
  });

  it("stops at max_tokens and says so", async () => {
    const { choices, usage } = await complete({ messages: [user("LOOP")], max_tokens: 6 });

    expect(choices[0]).toMatchObject({
      finish_reason: "length",
      message: { content: loop.text.repeat(3).trimStart() },
    });
    expect(usage?.completion_tokens).toBe(6);
  });

  it("stops when its client leaves an endless answer", async () => {
    await leaveAnswer(server, {});

    await expect.poll(() => readSlots(server), { timeout: 2_000, interval: 20 }).toMatchObject({ busy: 0 });
    expect((await readSlots(server)).longest).toBeLessThan(tinyModelContextLength - 1);
  });

  it.each([
    { what: "without messages", body: { model: "tiny" }, type: "invalid_request_error" },
    {
      what: "beyond its context",
      body: { messages: [user("word ".repeat(4_000))] },
      type: "exceed_context_size_error",
    },
  ])("refuses a call $what with 400", async ({ body, type }) => {
    const response = await post(server, "/v1/chat/completions", JSON.stringify(body));

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 400, type } });
  });

  it("answers 500 to what is not JSON, and 501 to embeddings that it was not started for", async () => {
    const broken = await post(server, "/v1/chat/completions", "{");
    const unsupported = await post(server, "/v1/embeddings", JSON.stringify({ input: "a" }));

    expect([broken.status, unsupported.status]).toEqual([500, 501]);
    expect(await unsupported.json()).toMatchObject({ error: { type: "not_supported_error" } });
  });
});

describe.skipIf(llama === null)("llama-server in its other modes", () => {
  it("goes on without its client when that sent a conversation id", async () => {
    await using server = await start({});

    await leaveAnswer(server, { headers: { "X-Conversation-Id": "kept" }, maxTokens: 3_000 });

    await expect.poll(() => readSlots(server), { timeout: 20_000, interval: 50 }).toMatchObject({ busy: 0 });
    expect((await readSlots(server)).longest).toBeGreaterThan(3_000);
  });

  it("embeds: one vector an input, of length one, in the model's width", async () => {
    await using server = await start({ embeddings: true });

    const { data, usage } = await connect(server).embeddings.create({ model: "tiny", input: ["a", "b c"] });

    expect(data.map(({ index }) => index)).toEqual([0, 1]);
    for (const { embedding } of data) {
      expect(embedding).toHaveLength(416);
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 3);
    }
    expect(data[0]?.embedding).not.toEqual(data[1]?.embedding);
    expect(usage.prompt_tokens).toBeGreaterThan(0);
  });

  it("as a router lists every model of a folder and loads one at its first call", async () => {
    const folder = await mkdtemp(join(tmpdir(), "corral-router-"));
    try {
      await copyFile(llama?.model ?? "", join(folder, "one.gguf"));
      await copyFile(llama?.model ?? "", join(folder, "two.gguf"));
      await using server = await start({ model: join(folder, "one.gguf"), router: true });
      const client = connect(server);
      const list = async () => (await client.models.list()).data;

      expect((await list()).map(({ id }) => id).toSorted()).toEqual(["one", "two"]);
      const { choices, model } = await client.chat.completions.create({
        model: "two",
        messages: [user("Hi")],
      });

      expect({ model, text: choices[0]?.message.content }).toEqual({ model: "two", text: answer.text });
      expect((await list()).find(({ id }) => id === "two")).toMatchObject({ status: { value: "loaded" } });
      expect((await list()).find(({ id }) => id === "one")).toMatchObject({ status: { value: "unloaded" } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Asks for an endless answer and leaves after its first word. */
async function leaveAnswer(
  server: LlamaServer,
  { headers = {}, maxTokens }: { headers?: Record<string, string>; maxTokens?: number },
): Promise<void> {
  const leaving = new AbortController();
  const limit = maxTokens === undefined ? {} : { max_tokens: maxTokens };
  const endless = await connect(server).chat.completions.create(
    { model: "tiny", messages: [user("LOOP")], stream: true, ...limit },
    { headers, signal: leaving.signal },
  );
  await endless[Symbol.asyncIterator]().next();
  expect(await readSlots(server)).toMatchObject({ busy: 1 });
  leaving.abort();
}

function post(server: LlamaServer, path: string, body: string): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(server.baseUrl + path, { method: "POST", headers, body, signal: AbortSignal.timeout(10_000) });
}

function readArguments(call: OpenAI.ChatCompletionMessageToolCall | undefined): unknown {
  return call?.type === "function" ? JSON.parse(call.function.arguments) : undefined;
}

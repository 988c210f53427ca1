import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";

import { ProcedureCaller } from "./call-procedure.ts";
import { readSlots } from "./read-slots.ts";
import { startCorral } from "./start-corral.ts";
import { type LlamaServer, startLlamaServer } from "./start-llama-server.ts";
import { obeyedAnswer, obeyedSchema, tinyModelReasoning, tinyModelScripts } from "./tiny-model-scripts.ts";
import { tinyModelContextLength } from "./write-tiny-gguf.ts";

/** From an empty data directory to every kind of answer, through a server process and real providers. */

const llama = inject("llama");
const { answer } = tinyModelScripts;

const signedInSchema = z.object({ token: z.string() });
const keySchema = z.object({ key: z.string() });
const connectionSchema = z.object({ uid: z.string() });
const healthSchema = z.object({
  state: z.string(),
  errorCode: z.string().nullable(),
  modelCount: z.number(),
});
const pageSchema = z.object({
  rows: z.array(z.looseObject({ id: z.string(), kind: z.string(), status: z.string() })),
});

const user = (content: string): OpenAI.ChatCompletionUserMessageParam => ({ role: "user", content });
const getFlag: OpenAI.ChatCompletionTool = {
  type: "function",
  function: {
    name: "get_flag",
    parameters: { type: "object", properties: { on: { type: "boolean" } }, required: ["on"] },
  },
};

describe.skipIf(llama === null)("the journey through Corral to a real llama.cpp server", () => {
  const resources = new AsyncDisposableStack();
  let chatServer: LlamaServer;
  let caller: ProcedureCaller;
  let client: OpenAI;

  beforeAll(async () => {
    if (llama === null) return;
    chatServer = resources.use(await startLlamaServer(llama));
    const embedder = resources.use(await startLlamaServer({ ...llama, embeddings: true }));
    const router = resources.use(await startLlamaServer({ ...llama, router: true }));
    const { url, setupCode } = resources.use(await startCorral());

    const account = { email: "ada@example.com", password: "correct horse battery staple", name: "Ada" };
    const { token } = await new ProcedureCaller(url).mutate(
      "auth.signUp",
      { ...account, setupCode },
      signedInSchema,
    );
    caller = new ProcedureCaller(url, token);
    await connect("Chat", chatServer, null);
    await connect("Embeddings", embedder, "embed");
    await connect("Router", router, "routed");
    const { key } = await caller.mutate("keys.replaceDefault", undefined, keySchema);
    client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, timeout: 20_000 });
  });
  afterAll(() => resources.disposeAsync());

  async function connect(name: string, server: LlamaServer, prefix: string | null): Promise<void> {
    const connection = { provider: "openai", name, url: server.baseUrl, prefix };
    const { uid } = await caller.mutate("connections.create", connection, connectionSchema);
    const health = await caller.mutate("connections.refresh", { uid }, healthSchema);
    expect(health).toEqual({ state: "ready", errorCode: null, modelCount: 1 });
  }

  const complete = (body: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>) =>
    client.chat.completions.create({ model: "tiny", messages: [user("Hi")], ...body });
  const stream = async (body: Partial<OpenAI.ChatCompletionCreateParamsStreaming>) => {
    const request = { model: "tiny", messages: [user("Hi")], ...body, stream: true as const };
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of await client.chat.completions.create(request)) chunks.push(chunk);
    return chunks;
  };
  const joinField = (chunks: readonly OpenAI.ChatCompletionChunk[], field: string): string =>
    chunks
      .flatMap(({ choices }) => Object.entries(choices[0]?.delta ?? {}))
      .map(([name, value]) => (name === field && typeof value === "string" ? value : ""))
      .join("");

  it("lists what the servers serve, in the dashboard's list and in the gateway's", async () => {
    const { rows } = await caller.query("models.list", {}, pageSchema);
    const { data } = await client.models.list();

    expect(rows.filter(({ kind }) => kind === "base").map(({ id, status }) => ({ id, status }))).toEqual([
      { id: "embed.tiny", status: "ready" },
      { id: "routed.tiny", status: "ready" },
      { id: "tiny", status: "ready" },
    ]);
    expect(data.map(({ id }) => id).toSorted()).toEqual(["embed.tiny", "routed.tiny", "tiny"]);
  });

  it("calls a custom model with its system prompt and params, under its own name", async () => {
    const params = { system: "You help {{USER_NAME}}.", max_tokens: 4 };
    const custom = { id: "helper", name: "Helper", baseModelId: "tiny", params };
    await caller.mutate("models.create", custom, z.looseObject({ id: z.literal("helper") }));

    const base = await complete({ max_tokens: 4 });
    const helped = await complete({ model: "helper" });

    expect(helped.model).toBe("helper");
    expect(helped.choices[0]).toMatchObject({
      finish_reason: "length",
      message: { content: "Hello from a tiny" },
    });
    expect(helped.usage?.prompt_tokens).toBeGreaterThan(base.usage?.prompt_tokens ?? Infinity);
    expect((await client.models.list()).data.map(({ id }) => id)).toContain("helper");
  });

  it("answers whole and streamed alike, with the same usage", async () => {
    const whole = await complete({});
    const chunks = await stream({ stream_options: { include_usage: true } });

    expect(whole.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: answer.text } });
    expect(joinField(chunks, "content")).toBe(answer.text);
    expect(new Set(chunks.map(({ id, model }) => `${id} ${model}`)).size).toBe(1);
    expect(chunks.filter(({ choices }) => choices[0]?.finish_reason === "stop")).toHaveLength(1);
    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(whole.usage).toMatchObject({ completion_tokens: 11 });
    expect(chunks.at(-1)?.usage?.total_tokens).toBe(whole.usage?.total_tokens);
  });

  it("calls a tool, whole and streamed, and answers after its result", async () => {
    const whole = await complete({ tools: [getFlag] });
    const chunks = await stream({ tools: [getFlag] });

    const [call] = whole.choices[0]?.message.tool_calls ?? [];
    expect(whole.choices[0]?.finish_reason).toBe("tool_calls");
    expect(call).toMatchObject({ type: "function", function: { name: "get_flag" } });
    const fragments = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(fragments[0]).toMatchObject({ index: 0, id: expect.any(String), function: { name: "get_flag" } });
    const text = fragments.map((fragment) => fragment.function?.arguments ?? "").join("");
    expect(JSON.parse(text)).toEqual({ on: true });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
    const after = await complete({
      tools: [getFlag],
      messages: [
        user("Hi"),
        { role: "assistant", tool_calls: call === undefined ? [] : [call] },
        { role: "tool", tool_call_id: call?.id ?? "", content: "yes" },
      ],
    });
    expect(after.choices[0]?.message.content).toBe(answer.text);
  });

  it("calls a tool of a model whose server does not say what it can", async () => {
    const { choices, model } = await complete({ model: "routed.tiny", tools: [getFlag] });

    expect(model).toBe("routed.tiny");
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { name: "get_flag" } }]);
  });

  it("gives several answers at once, with their log probabilities", async () => {
    const { choices } = await complete({ n: 2, logprobs: true, top_logprobs: 1 });

    expect(choices.map(({ index, message }) => ({ index, text: message.content }))).toEqual([
      { index: 0, text: answer.text },
      { index: 1, text: answer.text },
    ]);
    expect(choices[1]?.logprobs?.content?.[0]).toMatchObject({ token: "Hello", logprob: 0 });
  });

  it("keeps reasoning apart from the answer", async () => {
    const whole = await complete({ messages: [user("THINK")] });
    const chunks = await stream({ messages: [user("THINK")] });

    const expected = {
      reasoning_content: tinyModelReasoning.reasoning,
      content: tinyModelReasoning.conclusion,
    };
    expect(whole.choices[0]?.message).toMatchObject(expected);
    expect(joinField(chunks, "reasoning_content")).toBe(expected.reasoning_content);
    expect(joinField(chunks, "content")).toBe(expected.content);
  });

  it("holds an answer to a JSON schema", async () => {
    const { choices } = await complete({
      messages: [user("JSON")],
      response_format: {
        type: "json_schema",
        json_schema: { name: "flag", schema: obeyedSchema, strict: true },
      },
    });

    expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual(obeyedAnswer);
  });

  it("frees the provider within a second when its caller leaves an endless answer", async () => {
    const leaving = new AbortController();
    const endless = await client.chat.completions.create(
      { model: "tiny", messages: [user("LOOP")], stream: true },
      // With this header the server would go on without its client: it must not get through.
      { signal: leaving.signal, headers: { "X-Conversation-Id": "kept" } },
    );
    await endless[Symbol.asyncIterator]().next();
    expect(await readSlots(chatServer)).toMatchObject({ busy: 1 });

    leaving.abort();

    await expect
      .poll(() => readSlots(chatServer), { timeout: 1_000, interval: 20 })
      .toMatchObject({ busy: 0 });
    expect((await readSlots(chatServer)).longest).toBeLessThan(tinyModelContextLength - 1);
  });

  it("embeds in the form that the official client asks for", async () => {
    const { data, usage, model } = await client.embeddings.create({
      model: "embed.tiny",
      input: ["a", "b c"],
    });

    expect(model).toBe("embed.tiny");
    expect(data.map(({ embedding }) => embedding.length)).toEqual([416, 416]);
    expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 3);
    expect(usage.prompt_tokens).toBeGreaterThan(0);
  });

  it("says what went wrong: an unknown model, and a prompt beyond the context", async () => {
    const [unknown, tooLong] = await Promise.allSettled([
      complete({ model: "absent" }),
      complete({ messages: [user("word ".repeat(4_000))] }),
    ]);

    expect(unknown).toMatchObject({ reason: { status: 404, code: "model_not_found" } });
    expect(tooLong).toMatchObject({ reason: { status: 400, code: "context_length_exceeded" } });
  });

  it("answers 503 when the provider is gone, and keeps its model in the list", async () => {
    await chatServer.stop();

    await expect(complete({})).rejects.toMatchObject({ status: 503, code: "upstream_unavailable" });

    const { rows } = await caller.query("models.list", {}, pageSchema);
    expect(rows.map(({ id }) => id)).toContain("tiny");
  });
});

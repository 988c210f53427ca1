import type { ChatStreamPart, Provider, ProviderChatRequest } from "@corral/core";
import {
  startSimulatedOllama,
  type SimulatedOllama,
  type SimulatedOllamaModel,
} from "@corral/simulated-providers";
import { Ollama } from "ollama";
import { afterAll, assert, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createOllamaProvider } from "./ollama-provider.ts";

const options = { signal: AbortSignal.timeout(20_000) };
const models: SimulatedOllamaModel[] = [
  { name: "thinker", capabilities: ["completion", "tools", "thinking"] },
  { name: "plain", capabilities: ["completion"] },
  { name: "filler", capabilities: ["completion", "insert"] },
  { name: "seer", capabilities: ["completion", "vision"] },
  { name: "vectors", capabilities: ["embedding"] },
];

let server: SimulatedOllama;
let provider: Provider;

beforeAll(async () => {
  server = await startSimulatedOllama({ models });
});
beforeEach(() => {
  server.setVersion("0.33.0");
  server.journal.clear();
  provider = createOllamaProvider({ baseUrl: server.url });
});
afterAll(() => server.stop());

const ask = (model: string, more: Partial<ProviderChatRequest> = {}): ProviderChatRequest => ({
  model,
  messages: [{ role: "user", content: "good morning" }],
  params: {},
  ...more,
});

const bodiesOf = (path: string) => server.journal.of(path).map(({ body }) => body);

async function partsOf(batches: AsyncIterable<readonly ChatStreamPart[]>): Promise<ChatStreamPart[]> {
  const parts: ChatStreamPart[] = [];
  for await (const batch of batches) parts.push(...batch);
  return parts;
}

describe("a server that refuses a field", () => {
  test("[vector 28] gets the request again without it, once, and never with it again", async () => {
    const request = ask("plain", { params: { reasoning_effort: "high" } });

    const first = await provider.chat(request, options);
    const second = await provider.chat(request, options);

    expect(first.completion.choices[0]?.text).toBe("You said: good morning");
    expect(bodiesOf("/api/chat").map((body) => Reflect.get(Object(body), "think"))).toEqual([
      "high",
      undefined,
      undefined,
    ]);
    expect(first.notes).toEqual([
      { param: "reasoning_effort", action: "dropped", reason: "the server refused it" },
    ]);
    expect(second.notes).toEqual(first.notes);
  });

  test.each([
    ["0.10.0", "high", true],
    ["0.21.0", "max", "high"],
  ] as const)("[vector 28] of %s is asked for the nearest of %s", async (version, effort, think) => {
    server.setVersion(version);

    const { notes } = await provider.streamChat(
      ask("thinker", { params: { reasoning_effort: effort } }),
      options,
    );

    expect(bodiesOf("/api/chat").at(-1)).toMatchObject({ think });
    expect(server.journal.of("/api/chat")).toHaveLength(2);
    expect(notes[0]?.to).toBe(`think: ${think}`);
  });

  test("of 0.4 is asked for JSON instead of a schema", async () => {
    server.setVersion("0.4.7");
    const response_format = {
      type: "json_schema" as const,
      json_schema: { name: "x", schema: { type: "object" } },
    };

    const { notes } = await provider.chat(ask("plain", { params: { response_format } }), options);

    expect(bodiesOf("/api/chat").at(-1)).toMatchObject({ format: "json" });
    expect(notes[0]).toMatchObject({ param: "response_format", to: "format: json" });
  });

  test("[vector 28] a second failure is the answer, and nothing is learned from it", async () => {
    const request = ask("vectors", { params: { reasoning_effort: "high" } });

    await expect(provider.chat(request, options)).rejects.toMatchObject({
      code: "upstream_rejected",
      message: expect.stringContaining("does not support chat") as unknown,
    });
    await expect(provider.chat(request, options)).rejects.toMatchObject({ code: "upstream_rejected" });
    expect(server.journal.of("/api/chat")).toHaveLength(4);
  });

  test("other refusals are not tried again", async () => {
    const tools = [{ type: "function" as const, function: { name: "f" } }];

    await expect(provider.chat(ask("plain", { tools }), options)).rejects.toMatchObject({
      code: "upstream_rejected",
    });
    expect(server.journal.of("/api/chat")).toHaveLength(1);
  });
});

describe("a server of known version", () => {
  test("[vector 29] [vector 46] is asked at once for what it has, without a call of its own", async () => {
    server.setVersion("0.12.9");
    await provider.checkHealth(options);
    const request = ask("thinker", { params: { reasoning_effort: "max" }, logprobs: { top: 2 } });

    const { completion, notes } = await provider.chat(request, options);

    expect(server.journal.entries().map(({ path }) => path)).toEqual(["/api/version", "/api/chat"]);
    expect(bodiesOf("/api/chat")).toEqual([expect.not.objectContaining({ logprobs: true })]);
    expect(completion.choices[0]?.logprobs).toBeNull();
    expect(notes).toContainEqual({ param: "logprobs", action: "dropped", reason: "needs Ollama 0.12.11" });
  });

  test("[vector 46] is known from its list, once for many lists, and lists go on without it", async () => {
    server.setVersion("0.10.0");
    await provider.listModels(options);
    await provider.listModels(options);
    const known = provider.previewChat(ask("thinker", { params: { reasoning_effort: "max" } }));

    server.faults.set({ fault: { kind: "status", code: 500 }, path: "/api/version", times: 1 });
    const { models } = await createOllamaProvider({
      baseUrl: server.url,
      retries: { attempts: 1 },
    }).listModels(options);

    expect(known.body).toMatchObject({ think: true });
    expect(server.journal.of("/api/version")).toHaveLength(2);
    expect(models).toHaveLength(5);
  });

  test("[vector 29] of 0.12.11 gives probabilities", async () => {
    server.setVersion("0.12.11");
    await provider.checkHealth(options);

    const { completion } = await provider.chat(ask("plain", { logprobs: { top: 2 } }), options);

    expect(completion.choices[0]?.logprobs?.[0]?.top_logprobs).toHaveLength(2);
  });

  test("the preview is what is sent, refusals and version included", async () => {
    server.setVersion("0.10.0");
    await provider.checkHealth(options);
    const request = ask("plain", { params: { reasoning_effort: "high", mirostat: 1, max_tokens: 3 } });
    await provider.chat(request, options);

    const preview = provider.previewChat(request);
    await provider.chat(request, options);

    expect(bodiesOf("/api/chat").at(-1)).toEqual(preview.body);
    expect(preview.notes.map(({ param }) => param)).toEqual(["reasoning_effort", "mirostat", "max_tokens"]);
  });

  test("[vector 25] before 0.12.10 has no ids of calls, and before 0.9.6 no names of tools", async () => {
    server.setVersion("0.9.5");
    await provider.checkHealth(options);
    const call = { id: "c", type: "function" as const, function: { name: "f", arguments: "{}" } };

    await provider.chat(
      ask("thinker", {
        messages: [
          { role: "assistant", content: null, tool_calls: [call] },
          { role: "tool", tool_call_id: "c", content: "1" },
        ],
      }),
      options,
    );

    expect(bodiesOf("/api/chat").at(-1)).toMatchObject({
      messages: [
        {
          role: "assistant",
          content: "",
          tool_calls: [{ function: { index: 0, name: "f", arguments: {} } }],
        },
        { role: "tool", content: "1" },
      ],
    });
    expect(JSON.stringify(bodiesOf("/api/chat").at(-1))).not.toMatch(/tool_call_id|tool_name|"id"/u);
  });
});

describe("completions", () => {
  const prompt = { model: "filler", prompt: "def add(", suffix: "return c", params: { max_tokens: 2 } };

  test("continue a prompt by /api/generate, with the same params", async () => {
    const { completion, notes } = (await provider.complete?.(prompt, options)) ?? {};

    expect(bodiesOf("/api/generate")).toEqual([
      { model: "filler", prompt: "def add(", suffix: "return c", stream: true, options: { num_predict: 2 } },
    ]);
    expect(completion?.choices).toMatchObject([{ text: "You said:", finishReason: "length" }]);
    expect(completion?.usage?.completionTokens).toBe(2);
    expect(notes?.map(({ param }) => param)).toEqual(["max_tokens"]);
  });

  test("stream text, probabilities, usage and the end", async () => {
    const stream = await provider.streamCompletion?.({ ...prompt, logprobs: { top: 1 } }, options);
    assert(stream);
    const parts = await partsOf(stream.batches);

    expect(new Set(parts.map(({ type }) => type))).toEqual(
      new Set(["text-delta", "logprobs", "usage", "finish"]),
    );
    expect(parts.at(-1)).toEqual({ type: "finish", choice: 0, reason: "length", raw: "length" });
  });

  test("take Ollama's own fields from the extensions, type-checked", async () => {
    const image = "iVBORw0KGgoAAAANSUhEUg==";
    const send = (extensions: object) =>
      provider.complete?.({ model: "seer", prompt: "x", params: {}, extensions: { ...extensions } }, options);

    await send({ system: "Be brief.", template: "{{ .Prompt }}", images: [image], echo: false, best_of: 1 });
    await send({ raw: true });

    expect(bodiesOf("/api/generate")).toMatchObject([
      { system: "Be brief.", template: "{{ .Prompt }}", images: [image] },
      { raw: true },
    ]);
    for (const extensions of [
      { raw: "yes" },
      { system: 7 },
      { template: [] },
      { context: ["a"] },
      { images: ["no base64!"] },
      { images: "x" },
    ])
      await expect(send(extensions)).rejects.toMatchObject({ code: "invalid_input" });
    for (const extensions of [{ echo: true }, { best_of: 3 }])
      await expect(send(extensions)).rejects.toMatchObject({ code: "unsupported_feature" });
  });

  test("[vector 26] of nothing are refused: they would load the model", async () => {
    await expect(provider.complete?.({ ...prompt, prompt: "" }, options)).rejects.toMatchObject({
      code: "invalid_input",
      details: { param: "prompt" },
    });
    expect(server.journal.entries()).toEqual([]);
  });

  test("of a gap need a model that fills gaps", async () => {
    const facts = { capabilities: ["completion" as const] };

    await expect(provider.complete?.({ ...prompt, facts }, options)).rejects.toMatchObject({
      code: "unsupported_feature",
    });
    await expect(provider.complete?.({ ...prompt, choiceCount: 2 }, options)).rejects.toMatchObject({
      code: "unsupported_feature",
    });
  });

  test("[vector 2] are complete only with done: true", async () => {
    server.faults.set({ fault: { kind: "missing-done" }, path: "/api/generate", times: 1 });

    await expect(provider.complete?.(prompt, options)).rejects.toMatchObject({ code: "upstream_truncated" });
  });
});

describe("the official client gets the same", () => {
  test("text, thoughts and counts", async () => {
    const client = new Ollama({ host: server.url });
    const messages = [{ role: "user" as const, content: "good morning" }];

    const theirs = await client.chat({ model: "thinker", messages, options: { num_predict: 5 } });
    const { completion } = await provider.chat(ask("thinker", { params: { max_tokens: 5 } }), options);

    expect(completion.choices[0]).toMatchObject({
      text: theirs.message.content,
      reasoning: theirs.message.thinking,
      finishReason: theirs.done_reason,
    });
    expect(completion.usage).toEqual({
      promptTokens: theirs.prompt_eval_count,
      completionTokens: theirs.eval_count,
    });
  });

  test("tool calls", async () => {
    const client = new Ollama({ host: server.url });
    const tool = {
      type: "function" as const,
      function: {
        name: "get_weather",
        description: "Weather",
        parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      },
    };
    const messages = [{ role: "user" as const, content: "get_weather" }];

    const theirs = await client.chat({ model: "thinker", messages, tools: [tool], think: false });
    const { completion } = await provider.chat(
      ask("thinker", { messages, tools: [tool], params: { reasoning_effort: "none" } }),
      options,
    );

    expect(completion.choices[0]?.finishReason).toBe("tool_calls");
    expect(
      completion.choices[0]?.toolCalls.map(({ function: { name, arguments: text } }) => ({
        name,
        arguments: JSON.parse(text),
      })),
    ).toEqual(
      theirs.message.tool_calls?.map(({ function: { name, arguments: values } }) => ({
        name,
        arguments: values,
      })),
    );
  });

  test("completions and [vector 59] embeddings, cut and whole", async () => {
    const client = new Ollama({ host: server.url });
    const input = ["one", "two", "three"];

    const generated = await client.generate({ model: "plain", prompt: "good morning" });
    const completed = await provider.complete?.(
      { model: "plain", prompt: "good morning", params: {} },
      options,
    );
    const whole = await client.embed({ model: "vectors", input });
    const cut = await client.embed({ model: "vectors", input, dimensions: 16 });

    expect(completed?.completion.choices[0]?.text).toBe(generated.response);
    expect(await provider.embed({ model: "vectors", input }, options)).toEqual({
      embeddings: whole.embeddings,
      promptTokens: whole.prompt_eval_count,
    });
    expect((await provider.embed({ model: "vectors", input, dimensions: 16 }, options)).embeddings).toEqual(
      cut.embeddings,
    );
  });
});

describe("embeddings", () => {
  test("[vector 59] a server before 0.11.11 is not asked to cut: that is done here", async () => {
    server.setVersion("0.11.10");
    await provider.checkHealth(options);

    const { embeddings } = await provider.embed({ model: "vectors", input: ["x"], dimensions: 4 }, options);

    expect(bodiesOf("/api/embed")).toEqual([{ model: "vectors", input: ["x"] }]);
    expect(embeddings[0]).toHaveLength(4);
    expect(Math.hypot(...(embeddings[0] ?? []))).toBeCloseTo(1, 6);
  });

  test("[vector 59] many inputs keep their order and are counted together", async () => {
    const input = Array.from({ length: 1_000 }, (_, at) => `text ${at}`);
    const dimensions = 4;
    // The first batch is answered last.
    server.faults.set({ fault: { kind: "delay", waitMs: 100 }, path: "/api/embed", times: 1 });

    const { embeddings, promptTokens } = await provider.embed(
      { model: "vectors", input, dimensions },
      options,
    );
    const last = await provider.embed({ model: "vectors", input: ["text 999"], dimensions }, options);

    expect(server.journal.of("/api/embed")).toHaveLength(5);
    expect(embeddings).toHaveLength(1_000);
    expect(embeddings[999]).toEqual(last.embeddings[0]);
    expect(promptTokens).toBeGreaterThanOrEqual(1_000);
  });

  test("the first failure ends the other batches", async () => {
    const input = Array.from({ length: 3_000 }, (_, at) => `text ${at}`);
    server.faults.set({ fault: { kind: "status", code: 400 }, path: "/api/embed", times: 1 });

    await expect(provider.embed({ model: "vectors", input }, options)).rejects.toMatchObject({
      code: "upstream_rejected",
    });
    expect(server.journal.of("/api/embed").length).toBeLessThan(12);
  });
});

import { createServer, type Server } from "node:http";
import { DomainError, type ChatCompletion, type ChatStreamPart, type JsonObject } from "@corral/core";
import { collectCompletion } from "@corral/provider-kit";
import { Ollama } from "ollama";
import { describe, expect, test } from "vitest";
import { OllamaStreamConverter } from "../ollama-stream-converter.ts";
import { OllamaLineEncoder } from "./ollama-line-encoder.ts";
import { toOllamaAnswer, toOllamaLoadAnswer } from "./to-ollama-answer.ts";
import { toOllamaEmbedding, toOllamaEmbeddings } from "./to-ollama-embeddings.ts";
import { toOllamaError } from "./to-ollama-error.ts";
import { toOllamaLines } from "./to-ollama-lines.ts";
import { toOllamaShow, toOllamaTag } from "./to-ollama-model.ts";

type Batches = readonly (readonly ChatStreamPart[])[];

const head = { model: "m:latest", shape: "chat" } as const;
const text = (text: string): ChatStreamPart => ({ type: "text-delta", choice: 0, text });
const thought = (text: string): ChatStreamPart => ({ type: "reasoning-delta", choice: 0, text });
const finish = (reason: "stop" | "length" | "tool_calls" | "content_filter" = "stop"): ChatStreamPart => ({
  type: "finish",
  choice: 0,
  reason,
  raw: null,
});
const usage: ChatStreamPart = { type: "usage", usage: { promptTokens: 11, completionTokens: 5 } };
const started: ChatStreamPart = { type: "message-start", choice: 0 };

/** A call whose arguments come in pieces. */
function callOf(index: number, name: string, ...pieces: string[]): ChatStreamPart[] {
  return [
    { type: "tool-call-start", choice: 0, index, id: `call_${index}`, name },
    ...pieces.map((text): ChatStreamPart => ({ type: "tool-call-arguments-delta", choice: 0, index, text })),
    { type: "tool-call-end", choice: 0, index },
  ];
}

async function* streamOf(batches: Batches, failure?: unknown): AsyncGenerator<readonly ChatStreamPart[]> {
  yield* batches;
  if (failure !== undefined) throw failure;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function linesOf(batches: Batches, failure?: unknown): Promise<JsonObject[]> {
  let whole = "";
  for await (const lines of toOllamaLines(streamOf(batches, failure), head)) whole += lines;
  expect(whole.endsWith("\n")).toBe(true);
  return whole
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("lines", () => {
  test("what one read brought is one line, thoughts before words", async () => {
    const lines = await linesOf([
      [started, thought("hm"), thought("…"), text("4"), text("2")],
      [usage, finish()],
    ]);

    expect(lines.map(({ message }) => message)).toEqual([
      { role: "assistant", content: "42", thinking: "hm…" },
      { role: "assistant", content: "" },
    ]);
    expect(lines.map(({ done }) => done)).toEqual([false, true]);
    expect(new Set(lines.map(({ model }) => model))).toEqual(new Set(["m:latest"]));
    for (const { created_at: at } of lines) expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u);
  });

  test("thoughts after words begin a line of their own", async () => {
    const lines = await linesOf([[text("a"), thought("b"), text("c")], [finish()]]);

    expect(lines.map(({ message }) => message)).toMatchObject([
      { content: "a" },
      { content: "c", thinking: "b" },
      { content: "" },
    ]);
  });

  test("fragments of calls wait until they are complete, and stand in one line before the last", async () => {
    const lines = await linesOf([
      [started, ...callOf(1, "now", "")],
      callOf(0, "look_up", '{"ci', 'ty":"Zü', 'rich"}'),
      [usage, finish("tool_calls")],
    ]);

    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      done: false,
      message: {
        role: "assistant",
        content: "",
        tool_calls: [
          { id: "call_0", function: { index: 0, name: "look_up", arguments: { city: "Zürich" } } },
          { id: "call_1", function: { index: 1, name: "now", arguments: {} } },
        ],
      },
    });
    expect(lines[1]).toMatchObject({ done: true, done_reason: "stop" });
  });

  test.each(["[1]", "{", '"x"'])("arguments that are no object, %s, end in an error line", async (args) => {
    const lines = await linesOf([callOf(0, "f", args), [finish("tool_calls")]]);

    expect(lines).toEqual([{ error: expect.any(String) }]);
  });

  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["tool_calls", "stop"],
    ["content_filter", "stop"],
  ] as const)("%s is done_reason %s", async (reason, done_reason) => {
    const refusal: ChatStreamPart = { type: "refusal-delta", choice: 0, text: "No." };

    const lines = await linesOf([[refusal], [finish(reason)]]);

    expect(lines[0]).toMatchObject({ message: { content: "No." } });
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason });
  });

  test("times what happened, in nanoseconds, from the request's arrival", () => {
    let now = 1_000;
    const encoder = new OllamaLineEncoder({ ...head, startedAt: 900, clock: () => now });
    encoder.push([started]);
    now = 1_250;
    encoder.push([text("a")]);
    now = 2_000;
    encoder.push([usage, finish()]);

    expect(JSON.parse(encoder.end())).toMatchObject({
      created_at: "1970-01-01T00:00:02.000Z",
      total_duration: 1_100_000_000,
      load_duration: 0,
      prompt_eval_count: 11,
      prompt_eval_duration: 350_000_000,
      eval_count: 5,
      eval_duration: 750_000_000,
    });
  });

  test("counts that nobody knows are left out, as Ollama does", async () => {
    expect((await linesOf([[text("a")], [finish()]])).at(-1)).not.toHaveProperty("eval_count");
  });

  test("probabilities stand beside their text", async () => {
    const logprobs: ChatStreamPart = {
      type: "logprobs",
      choice: 0,
      content: [
        { token: "a", logprob: -0.1, bytes: [97], top_logprobs: [{ token: "b", logprob: -2, bytes: null }] },
      ],
    };

    expect((await linesOf([[text("a"), logprobs], [finish()]]))[0]).toMatchObject({
      message: { content: "a" },
      logprobs: [{ token: "a", logprob: -0.1, bytes: [97], top_logprobs: [{ token: "b", logprob: -2 }] }],
    });
  });

  test("[vector 3] a failure on the way is a last line, told to whoever asks, and nothing of ours is in it", async () => {
    const failures: unknown[] = [];
    const failure = new Error("password=canary");
    let whole = "";
    for await (const lines of toOllamaLines(streamOf([[text("a")]], failure), {
      ...head,
      onFailure: (error) => failures.push(error),
    }))
      whole += lines;

    expect(JSON.parse(whole.trimEnd().split("\n").at(-1) ?? "")).toEqual({ error: expect.any(String) });
    expect(whole).not.toMatch(/canary|"done":true/u);
    expect(failures).toEqual([failure]);
  });

  test("[vector 2] an answer without its end is an error, not a success", async () => {
    expect((await linesOf([[text("a")]])).at(-1)).toEqual({
      error: expect.stringContaining("ended before it was complete"),
    });
  });

  test("a reader that leaves closes the answer", async () => {
    let isClosed = false;
    async function* batches(): AsyncGenerator<readonly ChatStreamPart[]> {
      try {
        for (;;) yield [text("a")];
      } finally {
        isClosed = true;
      }
    }

    for await (const lines of toOllamaLines(batches(), head)) {
      expect(lines).not.toBe("");
      break;
    }

    expect(isClosed).toBe(true);
  });

  test("read back by our own converter, lines are the answer they were made of", async () => {
    const batches: Batches = [
      [started, thought("hm")],
      [text("4"), text("2")],
      callOf(0, "f", '{"a":', "1}"),
      [usage, finish("tool_calls")],
    ];

    const parts: ChatStreamPart[] = [];
    const converter = new OllamaStreamConverter("chat", []);
    for (const line of await linesOf(batches)) converter.push(line, parts);
    converter.end(parts);

    const [again, made] = await Promise.all([collectCompletion([parts]), collectCompletion(batches)]);
    expect(again).toEqual({ ...made, choices: [{ ...made.choices[0], rawFinishReason: "stop" }] });
  });
});

describe("whole answers", () => {
  const completion: ChatCompletion = {
    choices: [
      {
        index: 0,
        text: "42",
        reasoning: "hm",
        refusal: null,
        toolCalls: [{ id: "c", type: "function", function: { name: "f", arguments: '{"a":1}' } }],
        logprobs: null,
        finishReason: "tool_calls",
        rawFinishReason: null,
      },
    ],
    usage: { promptTokens: 11, completionTokens: 5 },
  };
  const timing = { startedAt: 1_000, endedAt: 3_000 };

  test("a chat", () => {
    expect(toOllamaAnswer(completion, head, timing)).toEqual({
      model: "m:latest",
      created_at: "1970-01-01T00:00:03.000Z",
      message: {
        role: "assistant",
        content: "42",
        thinking: "hm",
        tool_calls: [{ id: "c", function: { index: 0, name: "f", arguments: { a: 1 } } }],
      },
      done: true,
      done_reason: "stop",
      total_duration: 2_000_000_000,
      load_duration: 0,
      prompt_eval_count: 11,
      prompt_eval_duration: 0,
      eval_count: 5,
      eval_duration: 2_000_000_000,
    });
  });

  test("a completion", () => {
    expect(toOllamaAnswer(completion, { ...head, shape: "generate" }, timing)).toMatchObject({
      response: "42",
      thinking: "hm",
      done: true,
    });
  });

  test("[vector 45] loading and unloading", () => {
    expect(toOllamaLoadAnswer("unload", head, 0)).toEqual({
      model: "m:latest",
      created_at: "1970-01-01T00:00:00.000Z",
      message: { role: "assistant", content: "" },
      done: true,
      done_reason: "unload",
    });
  });

  test("embeddings, new and old", () => {
    const answer = { embeddings: [[1, 0]], promptTokens: 3 };

    expect(toOllamaEmbeddings("m", answer, 1.5)).toEqual({
      model: "m",
      embeddings: [[1, 0]],
      total_duration: 1_500_000,
      load_duration: 0,
      prompt_eval_count: 3,
    });
    expect(toOllamaEmbedding(answer)).toEqual({ embedding: [1, 0] });
  });

  test("errors say what to do, and unknown ones nothing about themselves", () => {
    expect(toOllamaError(new DomainError("model_not_found", 'No model "x".'))).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('No model "x".') as unknown },
    });
    expect(JSON.stringify(toOllamaError(new Error("canary")))).not.toContain("canary");
  });
});

describe("models", () => {
  const remote = { id: "support-bot", provider: "openai", facts: { contextLength: 128_000 } };

  test("an item of the list has a tag and a digest that stays the same", async () => {
    const [one, again, other] = await Promise.all([
      toOllamaTag(remote),
      toOllamaTag(remote),
      toOllamaTag({ ...remote, provider: "azure-openai" }),
    ]);

    expect(one).toEqual({
      name: "support-bot:latest",
      model: "support-bot:latest",
      modified_at: "0001-01-01T00:00:00Z",
      size: 0,
      digest: expect.stringMatching(/^[\da-f]{64}$/u),
      details: {
        parent_model: "",
        format: "",
        family: "openai",
        families: ["openai"],
        parameter_size: "",
        quantization_level: "",
        context_length: 128_000,
      },
    });
    expect(again).toEqual(one);
    expect(other["digest"]).not.toBe(one["digest"]);
  });

  test("what Ollama said of its own is said again", async () => {
    const facts = {
      digest: "ab".repeat(32),
      sizeBytes: 7,
      family: "llama",
      modifiedAt: "2026-01-02T03:04:05.000Z",
      capabilities: ["completion", "usage", "tools"] as const,
    };

    expect(await toOllamaTag({ id: "host:5000/ns/m", provider: "ollama", facts })).toMatchObject({
      name: "host:5000/ns/m:latest",
      digest: facts.digest,
      size: 7,
      modified_at: facts.modifiedAt,
      capabilities: ["completion", "tools"],
    });
    expect((await toOllamaTag({ id: "m:8b", provider: "ollama", facts }))["name"]).toBe("m:8b");
  });

  test("show says the context window where clients look for it", () => {
    expect(toOllamaShow(remote)).toMatchObject({
      model_info: { "general.architecture": "openai", "openai.context_length": 128_000 },
      capabilities: ["completion"],
    });
  });
});

describe("the official client", () => {
  /** A façade of a few lines, as the gateway's will be. */
  async function serve(batches: Batches, failure?: unknown): Promise<{ url: string } & AsyncDisposable> {
    const server: Server = createServer((request, response) => {
      void (async () => {
        const shape = request.url === "/api/generate" ? "generate" : "chat";
        response.writeHead(200, { "content-type": "application/x-ndjson" });
        for await (const lines of toOllamaLines(streamOf(batches, failure), { ...head, shape }))
          response.write(lines);
        response.end();
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const stop = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
  }

  test("reads our lines: text, thoughts, calls, counts", async () => {
    await using facade = await serve([
      [started, thought("hm")],
      [text("4")],
      [text("2"), ...callOf(0, "f", '{"a":', "1}")],
      [usage, finish("tool_calls")],
    ]);
    const client = new Ollama({ host: facade.url });

    const stream = await client.chat({ model: "m", messages: [], stream: true });
    const chunks = await all(stream);

    expect(chunks.map(({ message }) => message.content).join("")).toBe("42");
    expect(chunks.map(({ message }) => message.thinking ?? "").join("")).toBe("hm");
    expect(chunks.flatMap(({ message }) => message.tool_calls ?? [])).toMatchObject([
      { function: { name: "f", arguments: { a: 1 } } },
    ]);
    expect(chunks.at(-1)).toMatchObject({ done: true, prompt_eval_count: 11, eval_count: 5 });
  });

  test("reads our completions", async () => {
    await using facade = await serve([
      [text("4"), text("2")],
      [usage, finish("length")],
    ]);
    const client = new Ollama({ host: facade.url });

    const chunks = await all(await client.generate({ model: "m", prompt: "x", stream: true }));

    expect(chunks.map(({ response }) => response).join("")).toBe("42");
    expect(chunks.at(-1)?.done_reason).toBe("length");
  });

  test("throws what our last line says of a failure", async () => {
    await using facade = await serve([[text("4")]], new DomainError("upstream_timeout"));
    const client = new Ollama({ host: facade.url });

    const reading = all(await client.chat({ model: "m", messages: [], stream: true }));

    await expect(reading).rejects.toThrow(/did not answer in time/u);
  });
});

import type { ChatStreamPart, JsonObject, ProviderChatRequest } from "@corral/core";
import { inOnePiece, serveInProcess, type ScriptedReply } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { chunk, completion, ending, events } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";

const options = { signal: new AbortController().signal };
const request: ProviderChatRequest = { model: "m", messages: [{ role: "user", content: "Hi" }], params: {} };
const sse = { "content-type": "text/event-stream" };

async function providerOn(reply: ScriptedReply) {
  const { transport } = await serveInProcess(() => reply, inOnePiece);
  return createOpenAIProvider({ baseUrl: "http://upstream.test", transport });
}

async function read(reply: ScriptedReply | string, wish: Partial<ProviderChatRequest> = {}) {
  const provider = await providerOn(typeof reply === "string" ? { headers: sse, body: reply } : reply);
  const parts: ChatStreamPart[] = [];
  const { batches } = await provider.streamChat({ ...request, ...wish }, options);
  for await (const batch of batches) parts.push(...batch);
  return parts;
}

async function ask(reply: ScriptedReply, wish: Partial<ProviderChatRequest> = {}) {
  return (await (await providerOn(reply)).chat({ ...request, ...wish }, options)).completion;
}

const join = (parts: readonly ChatStreamPart[], type: "text-delta" | "reasoning-delta") =>
  parts.map((part) => (part.type === type ? part.text : "")).join("");

function callsOf(parts: readonly ChatStreamPart[]) {
  const calls: { id: string; name: string; text: string }[] = [];
  for (const part of parts) {
    if (part.type === "tool-call-start") calls[part.index] = { id: part.id, name: part.name, text: "" };
    const call = part.type === "tool-call-arguments-delta" ? calls[part.index] : undefined;
    if (call !== undefined && part.type === "tool-call-arguments-delta") call.text += part.text;
  }
  return calls;
}

/** A function as a fragment carries it. */
const f = (name?: string, text?: unknown) => ({
  function: { ...(name !== undefined && { name }), ...(text !== undefined && { arguments: text }) },
});

const usage = (prompt: unknown) => ({ prompt_tokens: prompt, completion_tokens: 2 });
const calling = (...tool_calls: object[]) => chunk({ tool_calls });

describe("an answer is complete only with a finish reason on every choice", () => {
  test.each([
    ["[vector 1] none, and no end marker", events(chunk({ content: "a" }))],
    ["[vector 1] none, but the end marker", events(chunk({ content: "a" }), "[DONE]")],
    [
      "[vector 16] one of two",
      events(
        chunk({ content: "a" }),
        chunk({ content: "b" }, { index: 1 }),
        chunk({}, { finish_reason: "stop" }),
        "[DONE]",
      ),
    ],
    ["a chunk cut in the middle", `${events(chunk({ content: "a" }))}data: {"choices":[{"del`],
  ])("%s", async (_, body) => {
    await expect(read(body)).rejects.toMatchObject({ code: "upstream_truncated" });
  });

  test("the end marker itself may be missing", async () => {
    expect((await read(events(chunk({ content: "a" }, { finish_reason: "stop" })))).at(-1)).toMatchObject({
      type: "finish",
      reason: "stop",
    });
  });

  test("[vector 17] text that looks like the end does not end it; spaces around the marker do no harm; nothing follows it", async () => {
    const parts = await read(
      `${events(chunk({ content: "data: [DONE]\n\n" }), chunk({}, { finish_reason: "stop" }))}data:  [DONE] \n\n${events(chunk({ content: "late" }), "[DONE]")}`,
    );

    expect(join(parts, "text-delta")).toBe("data: [DONE]\n\n");
  });
});

describe("choices", () => {
  test("[vector 16] two that interleave each begin and end once", async () => {
    const parts = await read(
      events(
        chunk({ content: "a" }, { index: 1 }),
        chunk({ content: "b" }),
        chunk({ content: "c" }, { index: 1 }),
        chunk({}, { index: 1, finish_reason: "length" }),
        ...ending("stop"),
      ),
    );

    expect(parts.filter((part) => part.type !== "text-delta")).toEqual([
      { type: "message-start", choice: 1 },
      { type: "message-start", choice: 0 },
      { type: "usage", usage: expect.anything() as unknown },
      { type: "finish", choice: 1, reason: "length", raw: "length" },
      { type: "finish", choice: 0, reason: "stop", raw: "stop" },
    ]);
  });

  test.each([
    ["content null", chunk({ content: null })],
    ["a missing role", chunk({})],
    ["delta null", chunk({}, { delta: null })],
    ["no choices", { id: "x", choices: [] }],
    ["choices null", { id: "x", choices: null }],
    ["no choices at all", { id: "" }],
    ["[vector 6] a filter's chunk", chunk({}, { delta: undefined, content_filter_results: {} })],
    ["an empty finish reason", chunk({ content: "" }, { finish_reason: "" })],
    ["refusal false", chunk({ refusal: false })],
    ["usage null", { choices: [], usage: null }],
    ["error null", { choices: [], error: null }],
  ])("%s changes nothing", async (_, odd) => {
    const parts = await read(
      events(odd, chunk({ content: "a" }), odd, ...ending("stop").slice(0, 1), "[DONE]"),
    );

    expect(join(parts, "text-delta")).toBe("a");
    expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "stop" });
  });

  test("[vector 6] Azure's first chunk without choices, and a filter after the end", async () => {
    const first = {
      id: "",
      model: "",
      created: 0,
      choices: [],
      prompt_filter_results: [{ prompt_index: 0 }],
    };
    const late = chunk({}, { delta: undefined, content_filter_offsets: {} });

    const parts = await read(
      events(first, chunk({ content: "a" }), chunk({}, { finish_reason: "content_filter" }), late, "[DONE]"),
    );

    expect(parts.at(-1)).toMatchObject({ reason: "content_filter" });
  });

  test.each([
    ["eos", "stop"],
    ["model_length", "length"],
    ["function_call", "tool_calls"],
    ["something_new", "stop"],
  ])("finish reason %s means %s", async (raw, reason) => {
    expect((await read(events(chunk({ content: "a" }, { finish_reason: raw })))).at(-1)).toMatchObject({
      reason,
      raw,
    });
  });

  test("an unknown finish reason without text is not called a success", async () => {
    expect((await read(events(chunk({}, { finish_reason: "something_new" })))).at(-1)).toMatchObject({
      reason: "other",
    });
  });
});

describe("[vector 14] reasoning", () => {
  test.each([
    ["reasoning_content", { reasoning_content: "hm" }],
    ["reasoning", { reasoning: "hm" }],
    ["both, once", { reasoning_content: "hm", reasoning: "hm" }],
    ["details", { reasoning_details: [{ type: "reasoning.text", text: "h" }, { summary: "m" }] }],
    [
      "parts",
      {
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
          { type: "text", text: "" },
        ],
      },
    ],
  ])("is read from %s", async (_, delta) => {
    const parts = await read(
      events(chunk(delta), chunk({ content: [{ type: "text", text: "a" }] }), ...ending("stop")),
    );

    expect([join(parts, "reasoning-delta"), join(parts, "text-delta")]).toEqual(["hm", "a"]);
  });
});

describe("[vector 5] tool calls", () => {
  test.each<[string, object[], [string, string][]]>([
    [
      "without index, whole",
      [calling({ id: "a", ...f("one", "{}") }, { id: "b", ...f("two", "{}") })],
      [
        ["one", "{}"],
        ["two", "{}"],
      ],
    ],
    [
      "without index, one a chunk",
      [calling({ id: "a", ...f("one", "{}") }), calling({ id: "b", ...f("two", "{}") })],
      [
        ["one", "{}"],
        ["two", "{}"],
      ],
    ],
    [
      "without index and id, one a chunk",
      [calling(f("one", "{}")), calling(f("two", '{"a":1}'))],
      [
        ["one", "{}"],
        ["two", '{"a":1}'],
      ],
    ],
    [
      "with index 0 for every call",
      [calling({ index: 0, id: "a", ...f("one", "{}") }), calling({ index: 0, id: "b", ...f("two", "{}") })],
      [
        ["one", "{}"],
        ["two", "{}"],
      ],
    ],
    [
      "interleaved",
      [
        calling({ index: 0, id: "a", ...f("one", "") }),
        calling({ index: 1, id: "b", ...f("two", "") }),
        calling({ index: 0, ...f(undefined, "[") }),
        calling({ index: 1, ...f(undefined, "{}") }),
        calling({ index: 0, ...f(undefined, "]") }),
      ],
      [
        ["one", "[]"],
        ["two", "{}"],
      ],
    ],
    [
      "with id and name in each fragment",
      [calling({ index: 0, id: "a", ...f("one", "{") }), calling({ index: 0, id: "a", ...f("one", "}") })],
      [["one", "{}"]],
    ],
    [
      "with the name after the arguments",
      [calling({ index: 0, id: "a", ...f(undefined, "{") }), calling({ index: 0, ...f("one", "}") })],
      [["one", "{}"]],
    ],
    [
      "with arguments as an object",
      [calling({ index: 0, id: "a", ...f("one", { x: 1 }) })],
      [["one", '{"x":1}']],
    ],
    ["with empty arguments", [calling({ index: 0, id: "a", ...f("one", "") })], [["one", "{}"]]],
    ["with null arguments", [calling({ index: 0, id: null, ...f("one", null) })], [["one", "{}"]]],
    ["from index 5", [calling({ index: 5, id: "a", ...f("one", "{}") })], [["one", "{}"]]],
    [
      "in 1,000 fragments",
      [
        calling({ index: 0, id: "a", ...f("one", '"') }),
        ...Array.from({ length: 1_000 }, () => calling({ index: 0, ...f(undefined, "x") })),
        calling({ index: 0, ...f(undefined, '"') }),
      ],
      [["one", `"${"x".repeat(1_000)}"`]],
    ],
  ])("%s", async (_, chunks, expected) => {
    const parts = await read(events(...chunks, ...ending("tool_calls")));

    const calls = callsOf(parts);
    expect(calls.map(({ name, text }) => [name, text])).toEqual(expected);
    expect(new Set(calls.map((call) => call.id)).size).toBe(expected.length);
    expect(parts.filter((part) => part.type === "tool-call-end")).toHaveLength(expected.length);
  });

  test("calls that end with stop end with tool_calls", async () => {
    expect(
      (await read(events(calling({ index: 0, id: "a", ...f("one", "{}") }), ...ending("stop")))).at(-1),
    ).toMatchObject({ reason: "tool_calls", raw: "stop" });
  });

  test("a call that never gets a name is nonsense", async () => {
    await expect(read(events(calling({ index: 0, id: "a" }), ...ending("tool_calls")))).rejects.toMatchObject(
      { code: "upstream_invalid_response" },
    );
  });
});

describe("[vector 7] usage", () => {
  test.each<[string, object[]]>([
    [
      "in the last chunk with content",
      [{ ...chunk({ content: "a" }, { finish_reason: "stop" }), usage: usage(1) }],
    ],
    [
      "in every chunk",
      [
        { ...chunk({ content: "a" }), usage: usage(0) },
        { ...chunk({}, { finish_reason: "stop" }), usage: usage(1) },
      ],
    ],
    [
      "only in x_groq",
      [chunk({ content: "a" }), { ...chunk({}, { finish_reason: "stop" }), x_groq: { usage: usage(1) } }],
    ],
    ["as text", [chunk({ content: "a" }, { finish_reason: "stop" }), { choices: [], usage: usage("1") }]],
    [
      "null after it was said",
      [
        { ...chunk({ content: "a" }, { finish_reason: "stop" }), usage: usage(1) },
        { choices: [], usage: null },
      ],
    ],
  ])("%s is said once", async (_, chunks) => {
    const parts = await read(events(...chunks, "[DONE]"));

    expect(parts.filter((part) => part.type === "usage")).toEqual([
      { type: "usage", usage: { promptTokens: 1, completionTokens: 2 } },
    ]);
  });

  test("missing is not invented", async () => {
    expect(
      (await read(events(chunk({ content: "a" }, { finish_reason: "stop" }), "[DONE]"))).some(
        (part) => part.type === "usage",
      ),
    ).toBe(false);
  });
});

describe("[vector 3] errors inside of a stream", () => {
  const start = chunk({ content: "a" });
  test.each([
    ["an object", events(start, { error: { message: "x", code: 429 } }), "upstream_rate_limited"],
    ["text", events(start, { error: "model runner stopped" }), "upstream_error"],
    [
      "an error event",
      `${events(start)}event: error\ndata: {"message":"overloaded"}\n\n`,
      "upstream_unavailable",
    ],
    ["an error event of text", `${events(start)}event: error\ndata: out of memory\n\n`, "upstream_error"],
    [
      "an error beside choices",
      events(start, {
        ...chunk({}, { finish_reason: "error" }),
        error: { code: 502, message: "Provider returned error" },
      }),
      "upstream_error",
    ],
    ["the finish reason alone", events(start, chunk({}, { finish_reason: "error" })), "upstream_error"],
    ["a bare line", `${events(start)}{"error":"out of memory"}\n`, "upstream_error"],
    [
      "vLLM's, with an end marker after it",
      events(start, { error: { message: "bad", type: "BadRequestError", code: 400 } }, "[DONE]"),
      "upstream_rejected",
    ],
  ])("%s", async (_, body, code) => {
    await expect(read(body)).rejects.toMatchObject({ code });
  });
});

describe("[vector 9] what was not asked for", () => {
  const document: ScriptedReply = {
    headers: { "content-type": "application/json" },
    body: `\n\n${completion({ content: "Grüße", tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }] }, "stop")}`,
  };
  const stream: ScriptedReply = {
    headers: { "content-type": "application/json" },
    body: events(chunk({ role: "assistant", content: "Grü" }), chunk({ content: "ße" }), ...ending("stop")),
  };

  test("a document for a stream becomes a stream", async () => {
    const parts = await read(document);

    expect(join(parts, "text-delta")).toBe("Grüße");
    expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "tool_calls", raw: "stop" });
  });

  test("a document for a stream becomes chunks for who wants OpenAI's dialect", async () => {
    const chunks = (await read(document, { prefer: "openai" })).flatMap((part) =>
      part.type === "raw" ? [part.chunk] : [],
    );

    expect(chunks).toMatchObject([
      {
        object: "chat.completion.chunk",
        choices: [
          { index: 0, delta: { content: "Grüße", tool_calls: [{ index: 0, id: "c" }] }, finish_reason: null },
        ],
      },
      {
        object: "chat.completion.chunk",
        choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
        usage: { prompt_tokens: 11 },
      },
    ]);
  });

  test("a stream for a document becomes a document", async () => {
    const { choices, raw } = await ask(stream, { prefer: "openai" });

    expect(choices[0]?.text).toBe("Grüße");
    expect(raw).toMatchObject({
      id: "chatcmpl-AbC123",
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: "Grüße" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
    });
  });

  test.each([
    ["null", "null"],
    ["an empty array", "[]"],
    ["an object that is no completion", "{}"],
    ["a web page", "<html></html>"],
    ["nothing", ""],
  ])("%s is an invalid answer, streamed or whole", async (_, body) => {
    await expect(read({ headers: sse, body })).rejects.toMatchObject({
      code: "upstream_invalid_response",
    });
    await expect(ask({ headers: sse, body })).rejects.toMatchObject({
      code: "upstream_invalid_response",
    });
  });

  test("half of a document is a truncated answer", async () => {
    await expect(ask({ body: completion({ content: "a" }, "stop").slice(0, 90) })).rejects.toMatchObject({
      code: "upstream_truncated",
    });
  });

  test("an error with status 200 is an error", async () => {
    await expect(ask({ body: '{"error":{"message":"no credit","code":402}}' })).rejects.toMatchObject({
      code: "insufficient_quota",
    });
  });
});

describe("OpenAI's dialect for who prefers it", () => {
  test("loses nothing of a stream, and still says usage and end", async () => {
    const odd: JsonObject = {
      ...(chunk({ content: "a", audio: { id: "x" }, annotations: [1] }) as JsonObject),
      citations: ["c"],
    }; // safe: JSON

    const parts = await read(events(odd, ...ending("stop")), { prefer: "openai" });

    expect(parts.map((part) => part.type)).toEqual(["raw", "raw", "raw", "usage", "finish"]);
    expect(parts[0]).toEqual({ type: "raw", chunk: odd });
  });

  test("loses nothing of a document", async () => {
    const body = completion({ content: "a", audio: { id: "x" } }, "stop");

    expect((await ask({ body }, { prefer: "openai" })).raw).toEqual(JSON.parse(body));
    expect((await ask({ body })).raw).toBeUndefined();
  });

  test("an early end is an error there too", async () => {
    await expect(read(events(chunk({ content: "a" }), "[DONE]"), { prefer: "openai" })).rejects.toMatchObject(
      { code: "upstream_truncated" },
    );
  });
});

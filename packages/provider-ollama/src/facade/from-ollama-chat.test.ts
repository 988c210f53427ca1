import { callParamsSchema, chatMessagesSchema } from "@corral/core";
import { describe, expect, test } from "vitest";
import { fromOllamaChat, type OllamaChatRequest } from "./from-ollama-chat.ts";

const png = "iVBORw0KGgoAAAANSUhEUg==";
const user = { role: "user", content: "Hi" };

function chat(body: object = {}): OllamaChatRequest {
  const read = fromOllamaChat({ model: "m", messages: [user], ...body });
  if (read.kind !== "chat") throw new Error(`a ${read.kind}, not a chat`);
  return read;
}

const params = (body: object) => chat(body).params;
const invalid = (message: unknown) =>
  expect.objectContaining({
    code: "invalid_input",
    message: expect.stringContaining(String(message)) as unknown,
  });

describe("a chat", () => {
  test("asks for nothing that was not asked for, and streams unless told not to", () => {
    expect(chat()).toEqual({
      kind: "chat",
      model: "m",
      stream: true,
      messages: [user],
      params: {},
      notes: [],
    });
    expect(chat({ stream: false }).stream).toBe(false);
  });

  test("is read leniently: unknown fields, null, and the older name", () => {
    const read = fromOllamaChat({
      name: "x:latest",
      model: null,
      messages: [{ ...user, images: null, mood: "good" }],
      tools: null,
      format: "",
      options: null,
      keep_alive: null,
      think: null,
      _debug_render_only: true,
    });

    expect(read).toEqual({
      kind: "chat",
      model: "x:latest",
      stream: true,
      messages: [user],
      params: {},
      notes: [],
    });
  });

  test.each([
    [undefined, "missing request body"],
    [[], "body"],
    [{ messages: [user] }, "model is required"],
    [{ model: "", messages: [user] }, "model is required"],
    [{ model: "m", messages: "Hi" }, "messages"],
    [{ model: "m", messages: [{ role: "user", content: ["Hi"] }] }, "messages.0.content"],
    [{ model: "m", messages: [{ role: "wizard", content: "Hi" }] }, "messages.0.role"],
    [{ model: "m", messages: [user], stream: "yes" }, "stream"],
    [{ model: "m", messages: [user], tools: [{ type: "custom", function: { name: "f" } }] }, "tools.0.type"],
  ])("%j is refused: %s", (body, message) => {
    expect(() => fromOllamaChat(body)).toThrow(invalid(message));
  });

  test.each([
    [{}, "load"],
    [{ messages: [] }, "load"],
    [{ messages: [], keep_alive: "5m" }, "load"],
    [{ messages: [], keep_alive: 0 }, "unload"],
    [{ messages: [], keep_alive: "0s" }, "unload"],
    [{ keep_alive: "0" }, "unload"],
  ])("[vector 26] without messages, %j asks for a %s and no more", (body, kind) => {
    expect(fromOllamaChat({ model: "m", ...body })).toMatchObject({ kind, model: "m" });
  });
});

describe("messages", () => {
  test("roles, thoughts and texts", () => {
    const { messages } = chat({
      messages: [
        { role: "System", content: "Be brief." },
        { role: "USER", content: "Hi" },
        { role: "assistant", content: "Hello", thinking: "A greeting." },
      ],
    });

    expect(messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello", reasoning_content: "A greeting." },
    ]);
    expect(chatMessagesSchema.safeParse(messages).success).toBe(true);
  });

  test.each([
    ["PNG", png, "image/png"],
    ["JPEG", "/9j/4AAQSkZJRg==", "image/jpeg"],
    ["GIF", "R0lGODlhAQABAA==", "image/gif"],
    ["WebP", "UklGRgABAgNXRUJQVlA4IA==", "image/webp"],
  ])("a %s becomes a data URL of its kind", (_, data, mime) => {
    expect(chat({ messages: [{ ...user, images: [data] }] }).messages).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "Hi" },
          { type: "image_url", image_url: { url: `data:${mime};base64,${data}` } },
        ],
      },
    ]);
  });

  test.each([
    ["wav", "UklGRiQAAABXQVZFZm10IA=="],
    ["mp3", "SUQzBAAAAAAA"],
    ["mp3", "//uQxAAAAAAA"],
  ])("%s among the images is audio", (format, data) => {
    expect(chat({ messages: [{ role: "user", images: [data] }] }).messages).toEqual([
      { role: "user", content: [{ type: "input_audio", input_audio: { data, format } }] },
    ]);
  });

  test("other bytes are refused", () => {
    expect(() => chat({ messages: [{ ...user, images: ["JVBERi0xLjQK"] }] })).toThrow(invalid("images"));
  });

  test("calls and results without ids become pairs, in order, by name", () => {
    const call = (name: string, values?: object) => ({ function: { name, arguments: values } });
    const { messages } = chat({
      messages: [
        { role: "assistant", content: "", tool_calls: [call("a", { x: 1 }), call("b"), call("a")] },
        { role: "tool", tool_name: "b", content: "of b" },
        { role: "tool", tool_name: "a", content: "of the first a" },
        { role: "tool", content: "of what is left" },
        { role: "assistant", tool_calls: [{ id: "call_3", ...call("c") }, call("d")] },
        { role: "tool", tool_call_id: "call_3", content: "of c" },
        { role: "tool", content: "of d" },
        { role: "tool", tool_name: "z", content: "of nothing" },
      ],
    });

    const ids = (at: number) => {
      const message = messages[at];
      return message?.role === "assistant" ? message.tool_calls?.map(({ id }) => id) : undefined;
    };
    expect(messages[0]).toEqual({
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "call_0", type: "function", function: { name: "a", arguments: '{"x":1}' } },
        { id: "call_1", type: "function", function: { name: "b", arguments: "{}" } },
        { id: "call_2", type: "function", function: { name: "a", arguments: "{}" } },
      ],
    });
    expect(ids(4)).toEqual(["call_3", "call_4"]);
    expect(messages.flatMap((message) => (message.role === "tool" ? [message.tool_call_id] : []))).toEqual([
      "call_1",
      "call_0",
      "call_2",
      "call_3",
      "call_4",
      "call_5",
    ]);
    expect(chatMessagesSchema.safeParse(messages).success).toBe(true);
  });
});

describe("how to answer", () => {
  test("options become params of the same name, as Ollama reads them", () => {
    const options = {
      temperature: 0,
      top_k: 40.9,
      num_predict: 128,
      stop: ["END"],
      num_ctx: 8192,
      use_mmap: false,
      seed: null,
    };

    expect(params({ options })).toEqual({
      temperature: 0,
      top_k: 40,
      max_tokens: 128,
      stop: ["END"],
      num_ctx: 8192,
      use_mmap: false,
    });
  });

  test.each([-1, -2, 0])("num_predict: %d is no limit", (num_predict) => {
    expect(params({ options: { num_predict } })).toEqual({});
  });

  test("what lies beyond Corral's bounds is brought to the nearest, and unknown options are dropped, with notes", () => {
    const { params, notes } = chat({
      options: {
        temperature: 9,
        top_k: -1,
        num_ctx: 1,
        stop: ["", ...Array.from({ length: 20 }, (_, at) => `s${at}`)],
        f16_kv: true,
        mystery: 1,
      },
    });

    expect(params).toMatchObject({ temperature: 2, top_k: 0, num_ctx: 4 });
    expect(params.stop).toHaveLength(16);
    expect(callParamsSchema.safeParse(params).success).toBe(true);
    expect(notes.map(({ param, action }) => [param, action])).toEqual([
      ["temperature", "clamped"],
      ["top_k", "clamped"],
      ["num_ctx", "clamped"],
      ["stop", "clamped"],
      ["f16_kv", "dropped"],
      ["mystery", "dropped"],
    ]);
  });

  test.each([
    [{ num_ctx: "8k" }, 'option "num_ctx" must be of type integer'],
    [{ temperature: "hot" }, 'option "temperature" must be of type float32'],
    [{ use_mmap: 1 }, 'option "use_mmap" must be of type boolean'],
    [{ stop: "END" }, 'option "stop" must be of type array'],
    [{ stop: [1] }, 'option "stop" must be of an array of strings'],
  ])("[vector 22] options %j are refused in Ollama's words", (options, message) => {
    expect(() => chat({ options })).toThrow(invalid(message));
  });

  test.each([
    ["json", { type: "json_object" }],
    [
      { type: "object" },
      { type: "json_schema", json_schema: { name: "response", schema: { type: "object" }, strict: false } },
    ],
    ["", undefined],
  ])("format %j", (format, response_format) => {
    expect(params({ format })).toEqual(response_format ? { response_format } : {});
  });

  test.each(["yaml", 7, true, []])("format %j is refused", (format) => {
    expect(() => chat({ format })).toThrow(invalid(`invalid format: ${JSON.stringify(format)}`));
  });

  test.each([
    [true, "medium"],
    [false, "none"],
    ["low", "low"],
    ["max", "max"],
  ])("think %j is an effort of %s", (think, reasoning_effort) => {
    expect(params({ think })).toEqual({ reasoning_effort });
  });

  test("other thoughts are refused", () => {
    expect(() => chat({ think: "hard" })).toThrow(invalid('invalid think value: "hard"'));
  });

  test.each([
    ["5m", "5m"],
    ["+1h30m", "1h30m"],
    ["0", 0],
    [300, 300],
    [-1, -1],
    [1.5, "1.500s"],
  ])("[vector 44] keep_alive %j", (keep_alive, kept) => {
    expect(params({ keep_alive })).toEqual({ keep_alive: kept });
  });

  test.each(["-1", "5", "soon"])("[vector 44] keep_alive %j is refused", (keep_alive) => {
    expect(() => chat({ keep_alive })).toThrow(invalid("keep_alive"));
  });

  test("[vector 29] probabilities, truncate and shift", () => {
    expect(chat({ logprobs: true, top_logprobs: 3, truncate: false, shift: true })).toMatchObject({
      logprobs: { top: 3 },
      extensions: { truncate: false, shift: true },
    });
    expect(chat({ top_logprobs: 3 })).not.toHaveProperty("logprobs");
    expect(() => chat({ logprobs: true, top_logprobs: 21 })).toThrow(
      invalid("top_logprobs must be between 0 and 20"),
    );
  });

  test("tools", () => {
    const tools = [
      { type: "function", function: { name: "f", description: null, parameters: { type: "object" } } },
    ];

    expect(chat({ tools }).tools).toEqual([
      { type: "function", function: { name: "f", parameters: { type: "object" } } },
    ]);
    expect(chat({ tools: [] })).not.toHaveProperty("tools");
  });
});

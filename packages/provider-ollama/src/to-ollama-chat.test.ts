import type { ChatMessage, ProviderChatRequest } from "@corral/core";
import { describe, expect, test } from "vitest";
import { parseOllamaVersion } from "./ollama-version.ts";
import { toOllamaChat } from "./to-ollama-chat.ts";

const png = "iVBORw0KGgoAAAANSUhEUg==";
const user: ChatMessage = { role: "user", content: "Hi" };
const tool = (name: string) => ({
  type: "function" as const,
  function: { name, description: "d", parameters: { type: "object" }, strict: true },
});

function convert(request: Partial<ProviderChatRequest>) {
  return toOllamaChat({ model: "m:latest", messages: [user], params: {}, ...request });
}

function think(
  reasoning_effort: NonNullable<ProviderChatRequest["params"]["reasoning_effort"]>,
  facts?: ProviderChatRequest["facts"],
) {
  return convert({ params: { reasoning_effort }, ...(facts && { facts }) });
}

function image(url: string): ChatMessage {
  return {
    role: "user",
    content: [
      { type: "text", text: "What is it?" },
      { type: "image_url", image_url: { url, detail: "low" } },
    ],
  };
}

describe("params", () => {
  test("[vector 18] [vector 19] sends only what was chosen, and always says that it streams", () => {
    expect(convert({}).body).toEqual({
      model: "m:latest",
      messages: [{ role: "user", content: "Hi" }],
      stream: true,
    });
  });

  test("[vector 19] sends a temperature of 0", () => {
    expect(convert({ params: { temperature: 0 } }).body).toMatchObject({ options: { temperature: 0 } });
  });

  test("puts options, by Ollama's names, below options, and keep_alive beside them", () => {
    const { body, notes } = convert({
      params: {
        max_tokens: 9,
        top_p: 0.5,
        seed: 7,
        stop: ["a", "b", "c", "d", "e"],
        num_ctx: 8192,
        repeat_penalty: 1.1,
        keep_alive: "5m",
      },
    });

    expect(body).toMatchObject({
      options: {
        num_predict: 9,
        top_p: 0.5,
        seed: 7,
        stop: ["a", "b", "c", "d", "e"],
        num_ctx: 8192,
        repeat_penalty: 1.1,
      },
      keep_alive: "5m",
    });
    expect(notes).toEqual([
      { param: "max_tokens", action: "renamed", to: "num_predict", reason: expect.any(String) },
    ]);
  });

  test("never turns a frequency penalty into a repeat penalty", () => {
    expect(convert({ params: { frequency_penalty: 0.5 } }).body["options"]).toEqual({
      frequency_penalty: 0.5,
    });
  });

  test("[vector 22] refuses untyped options of a wrong type instead of provoking Ollama's 500", () => {
    const wrong: Record<string, unknown> = {
      num_ctx: "8k",
      num_gpu: 1.5,
      use_mmap: "yes",
      stop: "END",
      temperature: "hot",
      num_predict: 0,
      seed: null,
    };
    for (const [name, value] of Object.entries(wrong).filter(([, option]) => option !== null)) {
      // safe: the point is what untyped JSON may hold
      const options = { [name]: value } as Record<string, string>;
      expect(() => convert({ params: { custom_params: { options } } })).toThrow(
        expect.objectContaining({
          code: "invalid_input",
          details: expect.objectContaining({
            issues: [expect.objectContaining({ path: expect.arrayContaining(["options", name]) as unknown })],
          }) as unknown,
        }),
      );
    }
  });

  test("takes untyped options that are right, above the named params, and drops unknown ones with a note", () => {
    const { body, notes } = convert({
      params: {
        temperature: 1,
        custom_params: {
          options: { temperature: 0.2, mystery: 1 },
          repetition_penalty: 1.2,
          truncate: false,
        },
      },
    });

    expect(body).toMatchObject({ options: { temperature: 0.2, repeat_penalty: 1.2 }, truncate: false });
    expect(notes.map(({ param, action }) => [param, action])).toEqual([
      ["repetition_penalty", "renamed"],
      ["mystery", "dropped"],
    ]);
  });

  test("[vector 23] drops what Ollama lacks, with a note each", () => {
    const { body, notes } = convert({
      params: { logit_bias: { "50256": -100 } },
      extensions: { user: "u", metadata: {}, service_tier: "auto" },
    });

    expect(Object.keys(body)).toEqual(["model", "messages", "stream"]);
    expect(notes.map((note) => note.param)).toEqual(["logit_bias", "user", "metadata", "service_tier"]);
  });

  test.each([{ modalities: ["text", "audio"] }, { audio: { voice: "alloy" } }, { web_search_options: {} }])(
    "refuses %o: without it the answer would be another one",
    (extensions) => {
      expect(() => convert({ extensions })).toThrow(expect.objectContaining({ code: "unsupported_feature" }));
    },
  );

  test("refuses several choices", () => {
    expect(() => convert({ choiceCount: 2 })).toThrow(
      expect.objectContaining({ code: "unsupported_feature" }),
    );
    expect(convert({ choiceCount: 1 }).notes).toEqual([]);
  });

  test("[vector 27] sends the bare schema, nested references included", () => {
    const schema = {
      type: "object",
      properties: { next: { $ref: "#/$defs/node" } },
      $defs: { node: { type: "object" } },
    };

    expect(
      convert({ params: { response_format: { type: "json_schema", json_schema: { name: "x", schema } } } })
        .body["format"],
    ).toEqual(schema);
    expect(convert({ params: { response_format: { type: "json_object" } } }).body["format"]).toBe("json");
    expect(convert({ params: { response_format: { type: "text" } } }).body).not.toHaveProperty("format");
  });

  test("[vector 28] thinking is switched, and has levels only where the model knows them", () => {
    const gptOss = { family: "gptoss", capabilities: ["thinking"] } as const;

    expect(think("low", { family: "qwen3" }).body["think"]).toBe(true);
    expect(think("none").body["think"]).toBe(false);
    expect(think("medium", gptOss).body["think"]).toBe("medium");
    expect(think("max", gptOss)).toMatchObject({ body: { think: "high" }, notes: [{ action: "clamped" }] });
    expect(think("none", gptOss)).toMatchObject({ body: { think: "low" }, notes: [{ action: "clamped" }] });
    expect(think("high", { capabilities: ["completion"] })).toMatchObject({
      body: { stream: true },
      notes: [{ param: "reasoning_effort", action: "dropped" }],
    });
  });

  test("[vector 27] a model may think and answer in a form", () => {
    const { body } = convert({
      params: { response_format: { type: "json_object" }, reasoning_effort: "high" },
      facts: { family: "qwen3", capabilities: ["completion", "thinking"] },
    });

    expect(body).toMatchObject({ format: "json", think: true });
  });

  test("[vector 29] asks for probabilities, and refuses a count that Ollama would", () => {
    for (const top of [21, -1, 1.5]) expect(() => convert({ logprobs: { top } })).toThrow(/^top_logprobs/u);
    expect(convert({ logprobs: { top: 3 } }).body).toMatchObject({ logprobs: true, top_logprobs: 3 });
  });
});

describe("tools", () => {
  const tools = [tool("a"), tool("b")];

  test("sends name, description and parameters", () => {
    expect(convert({ tools }).body["tools"]).toEqual(
      ["a", "b"].map((name) => ({
        type: "function",
        function: { name, description: "d", parameters: { type: "object" } },
      })),
    );
  });

  test("[vector 30] none sends no tools; a named one is the only one shown; neither can be forced", () => {
    expect(convert({ tools, toolChoice: "none" }).body).not.toHaveProperty("tools");
    expect(convert({ tools, toolChoice: "auto" }).notes).toEqual([]);
    const named = convert({
      tools,
      toolChoice: { type: "function", function: { name: "b" } },
      parallelToolCalls: false,
    });
    expect(named.body["tools"]).toMatchObject([{ function: { name: "b" } }]);
    expect(named.notes.map((note) => note.param)).toEqual(["tool_choice", "parallel_tool_calls"]);
  });
});

describe("tool choices and tools that callers without types may send", () => {
  const send = (more: object) => convert({ tools: [tool("a"), tool("b"), tool("c")], ...more });

  test("[vector 30] a list of allowed ones shows those", () => {
    const toolChoice = {
      type: "allowed_tools",
      allowed_tools: {
        mode: "required",
        tools: ["a", "c"].map((name) => ({ type: "function", function: { name } })),
      },
    };

    const { body, notes } = send({ toolChoice });

    expect(body["tools"]).toMatchObject([{ function: { name: "a" } }, { function: { name: "c" } }]);
    expect(notes).toMatchObject([{ param: "tool_choice", action: "dropped" }]);
  });

  test("[vector 30] required shows all", () => {
    expect(send({ toolChoice: "required" })).toMatchObject({
      body: { tools: [{}, {}, {}] },
      notes: [{ param: "tool_choice", action: "dropped" }],
    });
  });

  test("[vector 30] a tool that is not there is refused", () => {
    expect(() => send({ toolChoice: { type: "function", function: { name: "z" } } })).toThrow(
      /^tool_choice/u,
    );
  });

  test("custom tools are refused", () => {
    expect(() => send({ tools: [{ type: "custom", custom: { name: "x" } }] })).toThrow(
      expect.objectContaining({ code: "unsupported_feature" }),
    );
  });
});

describe("messages", () => {
  test("[vector 26] refuses no messages, which would load the model", () => {
    expect(() => convert({ messages: [] })).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test("[vector 24] [vector 25] keeps a whole tool conversation", () => {
    const { body } = convert({
      messages: [
        { role: "developer", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "One" },
            { type: "text", text: "Two" },
          ],
        },
        {
          role: "assistant",
          content: null,
          reasoning_content: "hm",
          tool_calls: [
            { id: "c1", type: "function", function: { name: "look_up", arguments: '{"q":"x"}' } },
            { id: "c2", type: "function", function: { name: "now", arguments: "" } },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "found" }] },
        { role: "tool", tool_call_id: "unknown", content: "lost" },
        { role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
      ],
    });

    expect(body["messages"]).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "One\nTwo" },
      {
        role: "assistant",
        content: "",
        thinking: "hm",
        tool_calls: [
          { id: "c1", function: { index: 0, name: "look_up", arguments: { q: "x" } } },
          { id: "c2", function: { index: 1, name: "now", arguments: {} } },
        ],
      },
      { role: "tool", content: "found", tool_call_id: "c1", tool_name: "look_up" },
      { role: "tool", content: "lost", tool_call_id: "unknown" },
      { role: "assistant", content: "No." },
    ]);
  });

  test("[vector 25] a result without an id is sent without one", () => {
    // safe: what a caller without types may send
    const messages = [user, { role: "tool", content: "1" } as unknown as ChatMessage];

    expect(convert({ messages }).body["messages"]).toEqual([
      { role: "user", content: "Hi" },
      { role: "tool", content: "1" },
    ]);
  });

  test.each(["{", "[1]", "null", '"x"'])(
    "[vector 25] refuses tool arguments that are no object: %s, and says where",
    (text) => {
      const messages: ChatMessage[] = [
        user,
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: text } }],
        },
      ];

      expect(() => convert({ messages })).toThrow(
        expect.objectContaining({
          code: "invalid_input",
          details: expect.objectContaining({
            issues: [
              expect.objectContaining({ path: ["messages", 1, "tool_calls", 0, "function", "arguments"] }),
            ],
          }) as unknown,
        }),
      );
    },
  );

  test.each([
    ["PNG", png],
    ["JPEG", "/9j/4AAQSkZJRg=="],
    ["GIF", "R0lGODlhAQABAA=="],
    ["WebP", "UklGRgABAgNXRUJQVlA4IA=="],
    ["a broken line", "iVBORw0KGgo\r\nAAAANSUhEUg=="],
  ])("[vector 24] takes a %s image out of its data URL", (_, data) => {
    const { body } = convert({ messages: [image(`data:image/png;base64,${data}`)] });

    expect(body["messages"]).toEqual([
      { role: "user", content: "What is it?", images: [data.replace(/\s/gu, "")] },
    ]);
  });

  test.each([
    ["bad base64", "data:image/png;base64,iVBORw0KGgo%%", "invalid_input"],
    ["another file", "data:image/png;base64,JVBERi0xLjQK", "invalid_input"],
    ["no base64", "data:image/svg+xml,<svg/>", "invalid_input"],
    ["an address", "https://example.com/cat.png", "unsupported_feature"],
    ["a metadata service", "http://169.254.169.254/latest", "unsupported_feature"],
    ["an address in one number", "http://2130706433/x.png", "unsupported_feature"],
    ["an address in hexadecimal", "http://0x7f000001/x.png", "unsupported_feature"],
    ["a mapped address", "http://[::ffff:127.0.0.1]/x.png", "unsupported_feature"],
    ["a file", "file:///etc/passwd", "unsupported_feature"],
    ["a byte too much", "data:image/png;base64,iVBORw0KGgoAA", "invalid_input"],
  ])("[vector 24] refuses an image that is %s", (_, url, code) => {
    expect(() => convert({ messages: [image(url)] })).toThrow(expect.objectContaining({ code }));
  });

  test("refuses images for a model that cannot see, and files for any", () => {
    const file: ChatMessage = { role: "user", content: [{ type: "file", file: { file_id: "f" } }] };

    expect(() =>
      convert({ messages: [image(`data:image/png;base64,${png}`)], facts: { capabilities: ["completion"] } }),
    ).toThrow(/cannot read images/u);
    expect(() => convert({ messages: [file] })).toThrow(
      expect.objectContaining({ code: "unsupported_feature" }),
    );
  });

  test("tells that names are left out, except of tools, where they name the tool", () => {
    const { body, notes } = convert({
      messages: [
        { role: "user", content: "Hi", name: "ann" },
        { role: "tool", tool_call_id: "unknown", content: "1", name: "f" },
      ],
    });

    expect(body["messages"]).toEqual([
      { role: "user", content: "Hi" },
      { role: "tool", content: "1", tool_call_id: "unknown", tool_name: "f" },
    ]);
    expect(notes).toEqual([{ param: "messages.name", action: "dropped", reason: expect.any(String) }]);
  });

  test("a last message of the assistant is sent on: the model continues it", () => {
    expect(convert({ messages: [user, { role: "assistant", content: "Once" }] }).body["messages"]).toEqual([
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Once" },
    ]);
  });

  test("refuses audio for a model that cannot hear and a server before 0.20", () => {
    const audio: ChatMessage = {
      role: "user",
      content: [{ type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } }],
    };
    const request = { model: "m", messages: [audio], params: {} };
    const server = (version: string) => ({ version: parseOllamaVersion(version), lacks: new Set<never>() });

    expect(() => convert({ messages: [audio], facts: { capabilities: ["vision"] } })).toThrow(
      /cannot hear audio/u,
    );
    expect(() => toOllamaChat(request, server("0.19.9"))).toThrow(/too old for audio: it needs 0\.20\.0/u);
    expect(toOllamaChat(request, server("0.20.0")).body["messages"]).toMatchObject([
      { images: ["UklGRg=="] },
    ]);
  });

  test("sends audio in the place of images", () => {
    const audio: ChatMessage = {
      role: "user",
      content: [{ type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } }],
    };

    expect(convert({ messages: [audio] }).body["messages"]).toEqual([
      { role: "user", content: "", images: ["UklGRg=="] },
    ]);
  });
});

import { expect, test } from "vitest";
import { callRaw } from "../testing/call-raw.ts";
import { type OpenAIProfileName, openAIProfiles } from "./openai-profiles.ts";
import { type SimulatedOpenAI, startSimulatedOpenAI } from "./simulated-openai.ts";

const messages = [{ role: "user", content: "hi" }];
const tools = [
  {
    type: "function",
    function: { name: "f", parameters: { type: "object", properties: { x: { type: "integer" } } } },
  },
];

function chat(server: SimulatedOpenAI, changes: object) {
  const body = { model: "sim-gpt-small", messages, ...changes };
  return callRaw(`${server.baseUrl}/chat/completions`, { body });
}

async function readQuirks(profile: OpenAIProfileName) {
  await using server = await startSimulatedOpenAI({ profile, models: [{ id: "r", isReasoning: true }] });
  const list: unknown = JSON.parse((await callRaw(`${server.baseUrl}/models`)).text);
  const error: unknown = JSON.parse((await chat(server, { model: "x" })).text);
  return { list, error, stream: (await chat(server, { model: "r", stream: true })).text };
}

function normalize(text: string): string {
  return text
    .replaceAll(/"(chatcmpl|gen|call|cmpl)([-_])[0-9a-f]{24}"/g, '"$1$2ID"')
    .replaceAll(/"created":\d{10}/g, '"created":SECONDS');
}

const head =
  '"id":"chatcmpl-ID","object":"chat.completion.chunk","created":SECONDS,"model":"sim-gpt-small","service_tier":"default","system_fingerprint":"fp_51mulated00"';
const chunk = (delta: string, finish = "null", more = ""): string =>
  `data: {${head},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]${more}}`;

test("streams in exactly these events, without usage unless asked", async () => {
  await using server = await startSimulatedOpenAI();

  const answer = await chat(server, { stream: true });

  expect(answer.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  expect(normalize(answer.text)).toBe(
    [
      chunk('{"role":"assistant","content":"","refusal":null}'),
      chunk('{"content":"You"}'),
      chunk('{"content":" said:"}'),
      chunk('{"content":" hi"}'),
      chunk("{}", '"stop"'),
      "data: [DONE]",
      "",
    ].join("\n\n"),
  );
});

test("sends null usage on each chunk and the sum on a last one without choices, when asked", async () => {
  await using server = await startSimulatedOpenAI({ reply: () => "One" });

  const answer = await chat(server, { stream: true, stream_options: { include_usage: true } });

  const nothing = ',"usage":null';
  expect(normalize(answer.text).split("\n\n")).toEqual([
    chunk('{"role":"assistant","content":"","refusal":null}', "null", nothing),
    chunk('{"content":"One"}', "null", nothing),
    chunk("{}", '"stop"', nothing),
    `data: {${head},"choices":[],"usage":{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}`,
    "data: [DONE]",
    "",
  ]);
});

test("names a tool call once and appends its arguments in fragments", async () => {
  await using server = await startSimulatedOpenAI();

  const answer = await chat(server, { stream: true, tools, tool_choice: "required" });

  expect(normalize(answer.text).split("\n\n").slice(1, 6)).toEqual([
    chunk(
      '{"tool_calls":[{"index":0,"id":"call_ID","type":"function","function":{"name":"f","arguments":""}}]}',
    ),
    chunk(String.raw`{"tool_calls":[{"index":0,"function":{"arguments":"{\"x"}}]}`),
    chunk(String.raw`{"tool_calls":[{"index":0,"function":{"arguments":"\":1"}}]}`),
    chunk('{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}'),
    chunk("{}", '"tool_calls"'),
  ]);
});

test("adds OpenAI's headers to answers and errors alike", async () => {
  await using server = await startSimulatedOpenAI();

  for (const { headers } of [await chat(server, {}), await chat(server, { model: "x" })]) {
    expect(headers).toMatchObject({
      "x-request-id": expect.stringMatching(/^req_[0-9a-f]{32}$/),
      "openai-version": "2020-10-01",
      "x-ratelimit-reset-tokens": "6m0s",
      "x-ratelimit-remaining-requests": expect.stringMatching(/^\d+$/),
    });
  }
});

type Refusal = [
  what: string,
  body: unknown,
  status: number,
  param: string | null,
  code: string | null,
  message: RegExp,
];

test.each<Refusal>([
  ["text that is no JSON", "{", 400, null, null, /could not parse the JSON body/],
  ["no model", { model: undefined }, 400, null, null, /must provide a model/],
  [
    "an unknown model",
    { model: "x", messages },
    404,
    null,
    "model_not_found",
    /^The model `x` does not exist or you do not have access to it\.$/,
  ],
  ["an unknown field", { top_k: 1 }, 400, null, null, /^Unrecognized request argument supplied: top_k$/],
  [
    "two unknown fields",
    { top_k: 1, min_p: 1 },
    400,
    null,
    null,
    /^Unrecognized request arguments supplied: top_k, min_p$/,
  ],
  ["no messages", { messages: undefined }, 400, "messages", "missing_required_parameter", /'messages'/],
  ["empty messages", { messages: [] }, 400, "messages", "empty_array", /empty array/],
  [
    "an unknown role",
    { messages: [{ role: "x", content: "" }] },
    400,
    "messages[0].role",
    "invalid_value",
    /'x'/,
  ],
  [
    "null content",
    { messages: [{ role: "user", content: null }] },
    400,
    "messages[0].content",
    null,
    /got null/,
  ],
  [
    "a tool result without its call",
    { messages: [{ role: "tool", content: "" }] },
    400,
    "messages[0].tool_call_id",
    "missing_required_parameter",
    /tool_call_id/,
  ],
  [
    "a temperature too high",
    { temperature: 2.5 },
    400,
    "temperature",
    "decimal_above_max_value",
    /<= 2, but got 2.5/,
  ],
  ["a limit too low", { max_tokens: 0 }, 400, "max_tokens", "integer_below_min_value", />= 1, but got 0/],
  ["a limit as text", { max_tokens: "5" }, 400, "max_tokens", "invalid_type", /got a string/],
  [
    "stream options without a stream",
    { stream_options: { include_usage: true } },
    400,
    "stream_options",
    null,
    /only allowed when 'stream'/,
  ],
  [
    "parallel tools without tools",
    { parallel_tool_calls: true },
    400,
    "parallel_tool_calls",
    null,
    /only allowed when 'tools'/,
  ],
  [
    "a schema without schema",
    { response_format: { type: "json_schema" } },
    400,
    "response_format.json_schema",
    "missing_required_parameter",
    /json_schema/,
  ],
  ["a chat with an embedding model", { model: "sim-embed" }, 404, "model", null, /not a chat model/],
])("refuses %s", async (...[, changes, status, param, code, message]) => {
  await using server = await startSimulatedOpenAI();
  const body = typeof changes === "object" ? { model: "sim-gpt-small", messages, ...changes } : changes;

  const answer = await callRaw(`${server.baseUrl}/chat/completions`, { body });

  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toEqual({
    error: { message: expect.stringMatching(message), type: "invalid_request_error", param, code },
  });
});

test("refuses unknown paths and methods as OpenAI does", async () => {
  await using server = await startSimulatedOpenAI();

  const path = await callRaw(`${server.baseUrl}/nothing`, { body: {} });
  const method = await callRaw(`${server.baseUrl}/chat/completions`);
  const input = await callRaw(`${server.baseUrl}/embeddings`, { body: { model: "sim-embed", input: [] } });

  expect([path.status, method.status, input.status]).toEqual([404, 405, 400]);
  expect(path.text).toContain("Invalid URL (POST /v1/nothing)");
  expect(method.text).toContain("Not allowed to GET on /v1/chat/completions.");
});

const profileNames = Object.keys(openAIProfiles) as OpenAIProfileName[]; // the keys of the table itself

test.each(profileNames)(
  "a server like %s streams to its end and tolerates what it should",
  async (profile) => {
    await using server = await startSimulatedOpenAI({ profile, models: [{ id: "r", isReasoning: true }] });

    const list = await callRaw(`${server.baseUrl}/models`);
    const answer = await chat(server, { model: "r", stream: true });
    const whole = await chat(server, { model: "r" });

    expect(list.text).toContain('"id":"r"');
    expect(answer.text).toMatch(/"finish_reason":"(?:stop|eos)"[^\n]*\n\ndata: \[DONE\]\n\n$/);
    expect(JSON.stringify(JSON.parse(whole.text))).toMatch(/You said: hi"/);
    const isStrict = ["openai", "groq", "mistral", "gemini"].includes(profile);
    expect((await chat(server, { model: "r", top_k: 1, temperature: 0 })).status >= 400).toBe(isStrict);
  },
);

test("each product has its quirks", async () => {
  const [vllm, llamacpp, together, openrouter, gemini] = await Promise.all(
    (["vllm", "llamacpp", "together", "openrouter", "gemini"] as const).map(readQuirks),
  );

  expect(vllm).toMatchObject({
    list: { data: [{ max_model_len: 32_768 }] },
    error: { error: { type: "NotFoundError", code: 404 } },
  });
  expect(vllm?.stream).toContain('"delta":{"reasoning":"The"}');
  expect(llamacpp).toMatchObject({
    list: { models: [{ name: "r" }], data: [{ id: "r" }] },
    error: { error: { code: 404 } },
  });
  expect(llamacpp?.stream).toMatch(/"delta":\{"role":"assistant","content":null\}.*"timings":\{/s);
  expect(together?.list).toEqual([expect.objectContaining({ id: "r", type: "chat" })]);
  expect(together?.stream).toMatch(/"finish_reason":"eos"\}\],"usage":\{/);
  expect(openrouter?.list).toEqual({ data: [expect.objectContaining({ canonical_slug: "r" })] });
  expect(openrouter?.stream).toMatch(/^: OPENROUTER PROCESSING\n\ndata: \{"id":"gen-/);
  expect(gemini?.error).toEqual([{ error: expect.objectContaining({ code: 404 }) }]);
});

test("each product shows reasoning in its own way", async () => {
  const [deepseek, router, mistral, generic] = await Promise.all(
    (["deepseek", "openrouter", "mistral", "generic"] as const).map(readQuirks),
  );

  expect(deepseek?.stream).toContain('"delta":{"reasoning_content":"The"}');
  expect(router?.stream).toContain(
    '"delta":{"reasoning":"The","reasoning_details":[{"type":"reasoning.text","text":"The"}]}',
  );
  expect(mistral?.stream).toContain(
    '"content":[{"type":"thinking","thinking":[{"type":"text","text":"The"}]}]',
  );
  expect(generic?.stream).toMatch(/"content":"<thi"\}.*"content":"nk>"\}.*"content":"<\/th"\}/s);
});

test("a server like llama.cpp's router loads and unloads", async () => {
  await using server = await startSimulatedOpenAI({ profile: "llamacpp-router", models: ["a"] });
  const stateOf = async () =>
    /"value":"(\w+)"/.exec((await callRaw(`${server.url}/models`)).text)?.[1] ?? "none";
  const order = (path: string) => callRaw(`${server.url}/models/${path}`, { body: { model: "a" } });

  const before = await stateOf();
  const load = await order("load");
  const loaded = await stateOf();
  await order("unload");

  expect([before, load.text, loaded, await stateOf()]).toEqual([
    "unloaded",
    '{"success":true}',
    "loaded",
    "unloaded",
  ]);
});

test("gives a benchmark a constant answer, and a real one to whoever wants a stream", async () => {
  await using server = await startSimulatedOpenAI({ benchmark: true });

  const [first, second, streamed] = await Promise.all([
    chat(server, {}),
    chat(server, { n: 3 }),
    chat(server, { stream: true }),
  ]);

  expect(first.text).toBe(second.text);
  expect(JSON.parse(first.text)).toMatchObject({ object: "chat.completion", usage: { total_tokens: 18 } });
  expect(streamed.text).toMatch(/data: \[DONE\]\n\n$/);
  expect(server.journal.entries()).toEqual([]);
});

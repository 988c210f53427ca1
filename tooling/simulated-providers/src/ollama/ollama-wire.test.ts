import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { callRaw } from "../testing/call-raw.ts";
import { type SimulatedOllama, startSimulatedOllama } from "./simulated-ollama.ts";

const messages = [{ role: "user", content: "a <b> & c" }];
const jsonType = "application/json; charset=utf-8";

function post(server: SimulatedOllama, path: string, body: unknown) {
  return callRaw(server.url + path, { method: "POST", body });
}

async function statusOf(method: string, url: string, body?: string): Promise<number> {
  return (await callRaw(url, { method, body })).status;
}

/** Times and durations differ from run to run; their shape does not. */
function normalize(text: string): string {
  return text
    .replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z"/g, '"TIME"')
    .replaceAll(/(_duration":)[1-9]\d*/g, "$1NS")
    .replaceAll(/"call_[0-9a-f]{8}"/g, '"CALL"');
}

test("streams a chat in exactly these lines", async () => {
  await using server = await startSimulatedOllama();

  const answer = await post(server, "/api/chat", {
    model: "llama3.2",
    messages: [{ role: "user", content: "<hi>" }],
  });

  expect(answer.headers["content-type"]).toBe("application/x-ndjson");
  expect(answer.headers["transfer-encoding"]).toBe("chunked");
  expect(normalize(answer.text)).toBe(
    [
      '{"model":"llama3.2","created_at":"TIME","message":{"role":"assistant","content":"You"},"done":false}',
      '{"model":"llama3.2","created_at":"TIME","message":{"role":"assistant","content":" said:"},"done":false}',
      String.raw`{"model":"llama3.2","created_at":"TIME","message":{"role":"assistant","content":" \u003chi\u003e"},"done":false}`,
      '{"model":"llama3.2","created_at":"TIME","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":NS,"load_duration":NS,"prompt_eval_count":2,"prompt_eval_duration":NS,"eval_count":3,"eval_duration":NS}',
      "",
    ].join("\n"),
  );
});

test("thinks and calls tools in exactly these lines", async () => {
  await using server = await startSimulatedOllama({
    reply: () => ({
      text: "",
      reasoning: "Hm",
      toolCalls: [
        { name: "f", arguments: { x: 1 } },
        { name: "g", arguments: {} },
      ],
    }),
  });

  const answer = await post(server, "/api/chat", { model: "qwen3:8b", messages });

  expect(normalize(answer.text).split("\n").slice(0, 2)).toEqual([
    '{"model":"qwen3:8b","created_at":"TIME","message":{"role":"assistant","content":"","thinking":"Hm"},"done":false}',
    '{"model":"qwen3:8b","created_at":"TIME","message":{"role":"assistant","content":"","tool_calls":[{"id":"CALL","function":{"index":0,"name":"f","arguments":{"x":1}}},{"id":"CALL","function":{"index":1,"name":"g","arguments":{}}}]},"done":false}',
  ]);
  expect(answer.text).toContain('"done_reason":"stop"');
});

test("generates in exactly these lines", async () => {
  await using server = await startSimulatedOllama({ reply: () => "One" });

  const answer = await post(server, "/api/generate", { model: "llama3.2", prompt: "x" });

  expect(normalize(answer.text)).toBe(
    [
      '{"model":"llama3.2","created_at":"TIME","response":"One","done":false}',
      '{"model":"llama3.2","created_at":"TIME","response":"","done":true,"done_reason":"stop","context":[128006,882,128007],"total_duration":NS,"load_duration":NS,"prompt_eval_count":2,"prompt_eval_duration":NS,"eval_count":1,"eval_duration":NS}',
      "",
    ].join("\n"),
  );
});

test("answers a chat that is not streamed, and one that only loads, as one document", async () => {
  await using server = await startSimulatedOllama();

  const whole = await post(server, "/api/chat", { model: "llama3.2", messages, stream: false });
  const load = await post(server, "/api/chat", { model: "llama3.2" });
  const unload = await post(server, "/api/generate", { model: "llama3.2", keep_alive: 0 });

  expect(whole.headers["content-type"]).toBe(jsonType);
  expect(JSON.parse(whole.text)).toMatchObject({ message: { content: "You said: a <b> & c" }, done: true });
  expect(normalize(load.text)).toBe(
    '{"model":"llama3.2","created_at":"TIME","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}',
  );
  expect(normalize(unload.text)).toBe(
    '{"model":"llama3.2","created_at":"TIME","response":"","done":true,"done_reason":"unload"}',
  );
});

test("pulls in exactly these lines", async () => {
  await using server = await startSimulatedOllama({ library: [{ name: "tiny", layerBytes: [10] }] });
  const digest = createHash("sha256").update("tiny:latest/0").digest("hex");
  const layer = `"status":"pulling ${digest.slice(0, 12)}","digest":"sha256:${digest}","total":10`;

  const first = await post(server, "/api/pull", { model: "tiny" });
  const again = await post(server, "/api/pull", { name: "tiny", stream: true });

  const end = [
    '{"status":"verifying sha256 digest"}',
    '{"status":"writing manifest"}',
    '{"status":"success"}',
    "",
  ];
  const steps = [2, 4, 6, 8, 10].map((completed) => `{${layer},"completed":${completed}}`);
  expect(first.text.split("\n")).toEqual(['{"status":"pulling manifest"}', `{${layer}}`, ...steps, ...end]);
  expect(again.text.split("\n")).toEqual(['{"status":"pulling manifest"}', steps[4], ...end]);
});

const chat = (changes: object): object => ({ model: "llama3.2", messages, ...changes });

type Refusal = [what: string, path: string, body: unknown, status: number, error: string];

test.each<Refusal>([
  ["an empty body", "/api/chat", undefined, 400, "missing request body"],
  [
    "text that is no JSON",
    "/api/chat",
    "nonsense",
    400,
    "invalid character 'n' looking for beginning of value",
  ],
  ["half a document", "/api/chat", '{"model":', 400, "unexpected EOF"],
  ["no model", "/api/chat", {}, 400, "model is required"],
  ["a name that cannot be", "/api/chat", { model: "a:b:c" }, 400, "invalid model name"],
  ["an unknown model", "/api/chat", { model: "x" }, 404, "model 'x' not found"],
  [
    "an unknown model to embed",
    "/api/embed",
    { model: "x" },
    404,
    'model "x" not found, try pulling it first',
  ],
  ["an unknown model to show", "/api/show", { name: "x" }, 404, "model 'x' not found"],
  ["a copy of nothing", "/api/copy", { source: "x", destination: "y" }, 404, 'model "x" not found'],
  [
    "a float as text",
    "/api/chat",
    chat({ options: { temperature: "1" } }),
    500,
    'option "temperature" must be of type float32',
  ],
  [
    "an integer as text",
    "/api/chat",
    chat({ options: { num_ctx: "1" } }),
    500,
    'option "num_ctx" must be of type integer',
  ],
  [
    "a boolean as number",
    "/api/chat",
    chat({ options: { use_mmap: 1 } }),
    500,
    'option "use_mmap" must be of type boolean',
  ],
  ["stop as text", "/api/chat", chat({ options: { stop: "x" } }), 500, 'option "stop" must be of type array'],
  [
    "stop with a number",
    "/api/chat",
    chat({ options: { stop: [1] } }),
    500,
    'option "stop" must be of an array of strings',
  ],
  [
    "keep_alive without a unit",
    "/api/chat",
    chat({ keep_alive: "-1" }),
    400,
    'time: missing unit in duration "-1"',
  ],
  [
    "keep_alive that is none",
    "/api/chat",
    chat({ keep_alive: "soon" }),
    400,
    'time: invalid duration "soon"',
  ],
  [
    "top_logprobs out of range",
    "/api/chat",
    chat({ top_logprobs: 21 }),
    400,
    "top_logprobs must be between 0 and 20",
  ],
  [
    "an unknown format",
    "/api/chat",
    chat({ format: "xml" }),
    500,
    String.raw`invalid format: "\"xml\""; expected "json" or a valid JSON Schema object`,
  ],
  [
    "an unknown think level",
    "/api/chat",
    chat({ think: "much" }),
    400,
    'invalid think value: "much" (must be "high", "medium", "low", "max", true, or false)',
  ],
  [
    "thinking that is not there",
    "/api/generate",
    { model: "llama3.2", prompt: "x", think: true },
    400,
    '"llama3.2" does not support thinking',
  ],
  [
    "a chat with an embedding model",
    "/api/chat",
    { model: "nomic-embed-text", messages },
    400,
    '"nomic-embed-text" does not support chat',
  ],
  [
    "tools without the capability",
    "/api/chat",
    { model: "llava:7b", messages, tools: [{}] },
    400,
    "registry.ollama.ai/library/llava:7b does not support tools",
  ],
  [
    "images without the capability",
    "/api/chat",
    chat({ messages: [{ role: "user", content: "x", images: ["AA=="] }] }),
    400,
    "registry.ollama.ai/library/llama3.2:latest does not support vision",
  ],
  [
    "a message whose content is a list",
    "/api/chat",
    chat({ messages: [{ role: "user", content: [] }] }),
    400,
    "json: cannot unmarshal array into Go struct field .content of type string",
  ],
  [
    "token lists to embed",
    "/api/embed",
    { model: "nomic-embed-text", input: [[1, 2]] },
    400,
    "invalid input type",
  ],
  ["a creation from nothing", "/api/create", { model: "y" }, 400, "neither 'from' or 'files' was specified"],
  [
    "a creation from an absolute path",
    "/api/create",
    { model: "y", files: { "/x": "y" } },
    400,
    "file path must be relative",
  ],
])("refuses %s", async (...[, path, body, status, error]) => {
  await using server = await startSimulatedOllama();

  const answer = await post(server, path, body);

  expect({ status: answer.status, body: JSON.parse(answer.text) }).toEqual({ status, body: { error } });
  expect(answer.headers["content-type"]).toBe(jsonType);
});

test("ignores options it does not know and those that are null", async () => {
  await using server = await startSimulatedOllama();

  const answer = await post(
    server,
    "/api/chat",
    chat({ options: { mirostat: "x", __proto__x: 1, seed: null } }),
  );

  expect(answer.status).toBe(200);
});

test("answers unknown paths and methods in plain text, and copies and deletions with nothing", async () => {
  await using server = await startSimulatedOllama();

  const alive = await callRaw(server.url);
  const missing = await callRaw(`${server.url}/api/nothing`);
  const wrong = await callRaw(`${server.url}/api/chat`);
  const copied = await post(server, "/api/copy", { source: "llama3.2", destination: "x" });
  const deleted = await callRaw(`${server.url}/api/delete`, { method: "DELETE", body: { model: "x" } });

  expect(alive).toMatchObject({ status: 200, text: "Ollama is running" });
  expect(missing).toMatchObject({
    status: 404,
    text: "404 page not found",
    headers: { "content-type": "text/plain" },
  });
  expect(wrong).toMatchObject({
    status: 405,
    text: "405 method not allowed",
    headers: { "content-type": "text/plain" },
  });
  expect(copied).toMatchObject({ status: 200, text: "", headers: { "content-length": "0" } });
  expect(deleted).toMatchObject({ status: 200, text: "" });
});

test.each([
  [{ host: "evil.example" }, 403],
  [{ origin: "https://evil.example" }, 403],
  [{ host: "box.local:11434" }, 200],
  [{ origin: "http://localhost:3000" }, 200],
])("answers headers %o with %d", async (headers, status) => {
  await using server = await startSimulatedOllama();

  const answer = await callRaw(`${server.url}/api/version`, { headers });

  expect(answer.status).toBe(status);
  if (status === 403) expect(answer.text).toBe("");
});

test("keeps blobs it has seen, and refuses those that are not what they claim", async () => {
  await using server = await startSimulatedOllama();
  const digest = `sha256:${createHash("sha256").update("gguf").digest("hex")}`;
  const url = `${server.url}/api/blobs/${digest}`;

  expect(await statusOf("HEAD", url)).toBe(404);
  expect(await statusOf("POST", url, "other")).toBe(400);
  expect(await statusOf("POST", url, "gguf")).toBe(201);
  expect(await statusOf("POST", url, "gguf")).toBe(200);
  expect(await statusOf("HEAD", url)).toBe(200);
  expect(await statusOf("HEAD", `${server.url}/api/blobs/sha256:zz`)).toBe(400);
  const created = await post(server, "/api/create", {
    model: "mine",
    files: { "m.gguf": digest },
    stream: false,
  });
  expect(JSON.parse(created.text)).toEqual({ status: "success" });
});

test.each([
  ["0.33.0", { tags: true, show: true, ps: true, embed: 200 }],
  ["0.29.9", { tags: false, show: true, ps: true, embed: 200 }],
  ["0.6.3", { tags: false, show: false, ps: false, embed: 200 }],
  ["0.2.5", { tags: false, show: false, ps: false, embed: 404 }],
  ["0.0.0", { tags: true, show: true, ps: true, embed: 200 }],
])("version %s has what that version had", async (version, expected) => {
  await using server = await startSimulatedOllama({ version });
  await post(server, "/api/chat", { model: "llama3.2", messages });

  const tags = await callRaw(`${server.url}/api/tags`);
  const show = await post(server, "/api/show", { model: "llama3.2" });
  const ps = await callRaw(`${server.url}/api/ps`);
  const embed = await post(server, "/api/embed", { model: "nomic-embed-text", input: "x" });

  expect({
    tags: tags.text.includes("capabilities"),
    show: show.text.includes("capabilities"),
    ps: ps.text.includes("context_length"),
    embed: embed.status,
  }).toEqual(expected);
});

test("finds a model in any spelling and answers with the caller's", async () => {
  await using server = await startSimulatedOllama({ models: ["Llama3.2:Latest", "hf.co/user/repo:q4"] });

  const spellings = [
    "llama3.2",
    "LLAMA3.2:LATEST",
    "library/llama3.2",
    "registry.ollama.ai/library/llama3.2:latest",
    "hf.co/user/repo:q4",
  ];
  const answers = await Promise.all(
    spellings.map((model) => post(server, "/api/chat", { model, messages, stream: false })),
  );

  expect(answers.map(({ text }) => (JSON.parse(text) as { model: string }).model)).toEqual(spellings); // our own wire
});

test("demands the key a proxy in front would demand", async () => {
  await using server = await startSimulatedOllama({ apiKey: "k" });

  const without = await callRaw(`${server.url}/api/tags`);
  const withKey = await callRaw(`${server.url}/api/tags`, { headers: { authorization: "Bearer k" } });

  expect([without.status, withKey.status]).toEqual([401, 200]);
});

test("gives a benchmark a constant answer, and a real one to whoever wants a stream", async () => {
  await using server = await startSimulatedOllama({ benchmark: true });

  const first = await post(server, "/api/chat", chat({ stream: false }));
  const second = await post(server, "/api/chat", chat({ stream: false, messages: [] }));
  const streamed = await post(server, "/api/chat", chat({}));

  expect(first.text).toBe(second.text);
  expect(JSON.parse(first.text)).toMatchObject({ done: true, message: { role: "assistant" } });
  expect(streamed.text.trim().split("\n").length).toBeGreaterThan(3);
  expect(server.journal.entries()).toEqual([]);
});

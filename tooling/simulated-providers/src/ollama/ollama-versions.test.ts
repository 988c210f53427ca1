import { expect, test } from "vitest";
import { callRaw } from "../testing/call-raw.ts";
import { startSimulatedOllama } from "./simulated-ollama.ts";

const chat = {
  model: "qwen3:8b",
  messages: [{ role: "user", content: "get_weather" }],
  stream: false,
};

/** What servers of several versions answer to one body. */
async function answersOf(versions: string[], body: object, path = "/api/chat"): Promise<string[]> {
  await using server = await startSimulatedOllama();
  const answers: string[] = [];
  for (const version of versions) {
    server.setVersion(version);
    const { status, text } = await callRaw(`${server.url}${path}`, { body });
    answers.push(status === 200 ? "200" : `${status} ${JSON.parse(text).error}`);
  }
  return answers;
}

test("knows thinking since 0.9.0, levels since 0.11.0, the highest since 0.22.0", async () => {
  expect(await answersOf(["0.8.0", "0.10.1", "0.21.0", "0.22.0"], { ...chat, think: "max" })).toEqual([
    "200",
    "400 json: cannot unmarshal string into Go struct field .think of type bool",
    '400 invalid think value: "max" (must be "high", "medium", "low", true, or false)',
    "200",
  ]);
});

test("knows schemas since 0.5.0", async () => {
  expect(await answersOf(["0.4.7", "0.5.0"], { ...chat, format: { type: "object" } })).toEqual([
    "400 json: cannot unmarshal object into Go struct field .format of type string",
    "200",
  ]);
});

test("checks the options that its version has, and no others", async () => {
  expect(await answersOf(["0.6.8", "0.7.0"], { ...chat, options: { mirostat: "one" } })).toEqual([
    '500 option "mirostat" must be of type integer',
    "200",
  ]);
  expect(await answersOf(["0.29.0", "0.30.0"], { ...chat, options: { draft_num_predict: "one" } })).toEqual([
    "200",
    '500 option "draft_num_predict" must be of type integer',
  ]);
});

test("cuts embeddings since 0.11.11, gives ids of calls since 0.12.10 and probabilities since 0.12.11", async () => {
  await using server = await startSimulatedOllama({ version: "0.11.10" });
  const call = async (path: string, body: object) =>
    JSON.parse((await callRaw(`${server.url}${path}`, { body })).text);
  const cut = { model: "nomic-embed-text", input: "x", dimensions: 8 };
  const tools = [{ type: "function", function: { name: "get_weather", parameters: { type: "object" } } }];

  const whole = await call("/api/embed", cut);
  const { message: nameless } = await call("/api/chat", { ...chat, tools });
  const silent = await call("/api/chat", { ...chat, logprobs: true });
  server.setVersion("0.12.11");
  const short = await call("/api/embed", cut);
  const { message: named } = await call("/api/chat", { ...chat, tools });
  const frank = await call("/api/chat", { ...chat, logprobs: true });

  expect([whole.embeddings[0].length, short.embeddings[0].length]).toEqual([768, 8]);
  expect([nameless.tool_calls[0].id, named.tool_calls[0].id]).toEqual([
    undefined,
    expect.stringMatching(/^call_/),
  ]);
  expect([silent.logprobs, frank.logprobs]).toEqual([undefined, expect.any(Array)]);
});

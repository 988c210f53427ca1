import { Agent } from "node:http";
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type SimulatedOllama, startSimulatedOllama } from "../ollama/simulated-ollama.ts";
import { type SimulatedOpenAI, startSimulatedOpenAI } from "../openai/simulated-openai.ts";
import { callRaw, type RawAnswer, type RawCall, readSocket } from "../testing/call-raw.ts";
import { commonFaults } from "./common-faults.ts";
import type { Fault, FaultKind } from "./fault.ts";

type Pair = { ollama: SimulatedOllama; openai: SimulatedOpenAI; set: (fault: Fault, times?: number) => void };

async function startPair(): Promise<Pair & AsyncDisposable> {
  const [ollama, openai] = await Promise.all([startSimulatedOllama(), startSimulatedOpenAI()]);
  return {
    ollama,
    openai,
    set: (fault, times) => {
      for (const { faults } of [ollama, openai]) faults.set({ fault, ...(times && { times }) });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([ollama.stop(), openai.stop()]);
    },
  };
}

const messages = [{ role: "user", content: "grüße aus Bern" }];
const headers = { authorization: "Bearer sk-canary-0123456789" };

function callOpenAI({ openai }: Pair, stream: boolean, call: RawCall = {}): Promise<RawAnswer> {
  const body = { model: "sim-gpt-small", messages, stream };
  return callRaw(`${openai.baseUrl}/chat/completions`, { body, headers, ...call });
}

function callOllama({ ollama }: Pair, stream: boolean, call: RawCall = {}): Promise<RawAnswer> {
  const body = { model: "llama3.2", messages, stream };
  return callRaw(`${ollama.url}/api/chat`, { body, headers, ...call });
}

/** Both protocols, streamed and not. */
function callAll(pair: Pair, call: RawCall = {}): Promise<RawAnswer[]> {
  return Promise.all([
    callOpenAI(pair, true, call),
    callOpenAI(pair, false, call),
    callOllama(pair, true, call),
    callOllama(pair, false, call),
  ]);
}

async function callStreams(pair: Pair): Promise<{ sse: RawAnswer; ndjson: RawAnswer }> {
  const [sse, ndjson] = await Promise.all([callOpenAI(pair, true), callOllama(pair, true)]);
  return { sse, ndjson };
}

async function readList({ openai }: Pair): Promise<{ data: { id: unknown }[] }> {
  return JSON.parse((await callRaw(`${openai.baseUrl}/models`)).text) as { data: { id: unknown }[] }; // our own wire
}

/** What each fault looks like from outside. A new kind of fault does not compile without its row. */
const observations: { [K in FaultKind]: (pair: Pair) => Promise<void> } = {
  async refuse(pair) {
    const agent = new Agent({ keepAlive: true });
    await callRaw(pair.ollama.url, { agent });
    pair.set({ kind: "refuse" });
    for (const answer of await callAll(pair)) expect(answer.error).toBe("ECONNREFUSED");
    expect((await callRaw(pair.ollama.url, { agent })).error).toBe("ECONNREFUSED");
    for (const { faults } of [pair.ollama, pair.openai]) faults.clear();
    for (const answer of await callAll(pair)) expect(answer.status).toBe(200);
    pair.set({ kind: "refuse", how: "reset" }, 4);
    for (const answer of await callAll(pair)) expect(answer.error).toBe("ECONNRESET");
    agent.destroy();
  },
  async delay(pair) {
    pair.set({ kind: "delay", waitMs: 40 });
    const startedAt = performance.now();
    for (const answer of await callAll(pair)) expect(answer.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(35);
  },
  async "hang-before-headers"(pair) {
    pair.set({ kind: "hang-before-headers" });
    for (const answer of await callAll(pair, { timeoutMs: 60 })) {
      expect(answer).toMatchObject({ status: 0, error: "timeout" });
    }
    const entry = pair.ollama.journal.entries()[0];
    expect(entry && (await pair.ollama.journal.whenClosed(entry))).toHaveProperty("closedByClientAt");
  },
  async "reset-before-headers"(pair) {
    pair.set({ kind: "reset-before-headers" });
    for (const answer of await callAll(pair))
      expect(answer).toMatchObject({ status: 0, error: "ECONNRESET" });
  },
  async "close-before-headers"(pair) {
    pair.set({ kind: "close-before-headers" });
    for (const answer of await callAll(pair))
      expect(answer).toMatchObject({ status: 0, error: "ECONNRESET" });
  },
  async "reset-on-reuse"(pair) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    pair.set({ kind: "reset-on-reuse" });
    expect(await callOpenAI(pair, false, { agent })).toMatchObject({ status: 200, error: undefined });
    expect(await callOpenAI(pair, false, { agent })).toMatchObject({ error: "ECONNRESET" });
    expect(await callOpenAI(pair, false, { agent })).toMatchObject({ status: 200, error: undefined });
    agent.destroy();
  },
  async "hang-mid-stream"(pair) {
    pair.set({ kind: "hang-mid-stream" });
    for (const answer of await callAll(pair, { timeoutMs: 500 })) {
      expect(answer).toMatchObject({ status: 200, error: "timeout", isComplete: false });
      expect(answer.text.length).toBeGreaterThan(50);
    }
  },
  async "reset-mid-stream"(pair) {
    pair.set({ kind: "reset-mid-stream" });
    for (const answer of await callAll(pair)) {
      expect(answer).toMatchObject({ status: 200, error: "ECONNRESET", isComplete: false });
      expect(answer.text.length).toBeGreaterThan(50);
    }
  },
  async "close-mid-stream"(pair) {
    pair.set({ kind: "close-mid-stream", after: 3 });
    for (const answer of await callAll(pair))
      expect(answer).toMatchObject({ status: 200, isComplete: false });
    pair.set({ kind: "close-mid-stream", after: 3, clean: true });
    for (const answer of await callAll(pair))
      expect(answer).toMatchObject({ error: undefined, isComplete: true });
    const { sse, ndjson } = await callStreams(pair);
    expect(sse.text.match(/^data: /gm)).toHaveLength(3);
    expect(ndjson.text.trim().split("\n")).toHaveLength(3);
    expect(sse.text + ndjson.text).not.toMatch(/\[DONE\]|"done":true/);
  },
  async "slow-bytes"(pair) {
    pair.set({ kind: "slow-bytes", bytes: 20, everyMs: 10 });
    const startedAt = performance.now();
    for (const answer of await callAll(pair, { maxBytes: 100 })) {
      expect(answer).toMatchObject({ status: 200, isComplete: false });
      expect((answer.chunks[0]?.length ?? 1) % 20).toBe(0);
    }
    expect(performance.now() - startedAt).toBeGreaterThan(35);
  },
  async "never-ending"(pair) {
    pair.set({ kind: "never-ending" });
    for (const answer of await callAll(pair, { maxBytes: 60_000 })) {
      expect(answer).toMatchObject({ status: 200, isComplete: false });
      expect(answer.text.length).toBeGreaterThanOrEqual(60_000);
    }
  },
  async "duplicate-content-length"(pair) {
    pair.set({ kind: "duplicate-content-length" });
    const text = await readSocket(pair.openai.url, "GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n");
    expect(text.match(/content-length: \d+/g)).toEqual(["content-length: 2", "content-length: 20"]);
  },
  async "content-length-mismatch"(pair) {
    pair.set({ kind: "content-length-mismatch", extraBytes: 7 });
    for (const answer of await callAll(pair)) {
      expect(Number(answer.headers["content-length"]) - Buffer.concat(answer.chunks).length).toBe(7);
      expect(answer.isComplete).toBe(false);
    }
  },
  async "bad-chunk"(pair) {
    pair.set({ kind: "bad-chunk" });
    for (const answer of await callAll(pair)) expect(answer.error).toMatch(/HPE_INVALID_CHUNK_SIZE/);
  },
  async "huge-headers"(pair) {
    pair.set({ kind: "huge-headers" });
    for (const answer of await callAll(pair)) expect(answer.error).toBe("HPE_HEADER_OVERFLOW");
  },
  async "content-encoding-chain"(pair) {
    pair.set({ kind: "content-encoding-chain", times: 2000 });
    const answer = await callOpenAI(pair, false);
    expect(answer.headers["content-encoding"]?.split(",")).toHaveLength(2001);
  },
  async "http-1.0"(pair) {
    pair.set({ kind: "http-1.0" });
    for (const answer of await callAll(pair)) {
      expect(answer).toMatchObject({ httpVersion: "1.0", status: 200, isComplete: true });
      expect(answer.text).toMatch(/grüße|gr\\u00fc/);
    }
  },
  async informational(pair) {
    pair.set({ kind: "informational" });
    for (const answer of await callAll(pair)) expect(answer).toMatchObject({ status: 200, isComplete: true });
    expect((await callOpenAI(pair, true)).informational).toContain(103);
  },
  async trailers(pair) {
    pair.set({ kind: "trailers" });
    const { sse, ndjson } = await callStreams(pair);
    for (const answer of [sse, ndjson]) expect(answer.trailers).toEqual({ "x-checksum": "0" });
  },
  async "date-skew"(pair) {
    pair.set({ kind: "date-skew", offsetMs: 86_400_000 });
    for (const answer of await callAll(pair)) {
      expect(Date.parse(answer.headers.date ?? "") - Date.now()).toBeGreaterThan(80_000_000);
    }
  },
  async status(pair) {
    for (const fault of Object.values(commonFaults)) {
      pair.set(fault);
      for (const answer of await callAll(pair)) {
        expect(answer).toMatchObject({ status: fault.code, isComplete: true, error: undefined });
      }
    }
    pair.set(commonFaults.rateLimitedDate);
    const { sse, ndjson } = await callStreams(pair);
    expect(Date.parse(sse.headers["retry-after"] ?? "")).toBeGreaterThan(Date.now());
    expect(JSON.parse(sse.text)).toMatchObject({ error: { code: "rate_limit_exceeded", type: "requests" } });
    expect(JSON.parse(ndjson.text)).toEqual({ error: expect.any(String) });
  },
  async redirect(pair) {
    pair.set({ kind: "redirect" });
    expect(await callOpenAI(pair, true)).toMatchObject({
      status: 307,
      headers: { location: "/v1/chat/completions" },
    });
    pair.set({ kind: "redirect", code: 302, to: "http://169.254.169.254/" });
    for (const answer of await callAll(pair)) {
      expect(answer).toMatchObject({ status: 302, headers: { location: "http://169.254.169.254/" } });
    }
  },
  async "echo-authorization"(pair) {
    pair.set({ kind: "echo-authorization" });
    for (const answer of await callAll(pair)) {
      expect(answer.status).toBe(401);
      expect(answer.text).toContain("sk-canary-0123456789");
    }
    pair.set({ kind: "echo-authorization", where: "header" });
    for (const answer of await callAll(pair)) expect(answer.headers["x-echo"]).toBe(headers.authorization);
    pair.set({ kind: "echo-authorization", where: "body" });
    const answer = await callOpenAI(pair, false);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ object: "chat.completion", echo: headers.authorization });
  },
  async "html-200"(pair) {
    pair.set({ kind: "html-200" });
    for (const answer of await callAll(pair)) {
      expect(answer).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
      expect(answer.text).toMatch(/^<!DOCTYPE html>/);
    }
  },
  async "empty-200"(pair) {
    pair.set({ kind: "empty-200" });
    for (const answer of await callAll(pair))
      expect(answer).toMatchObject({ status: 200, text: "", isComplete: true });
  },
  async "null-body"(pair) {
    pair.set({ kind: "null-body" });
    for (const answer of await callAll(pair)) expect(answer).toMatchObject({ status: 200, text: "null" });
  },
  async "array-body"(pair) {
    pair.set({ kind: "array-body" });
    for (const answer of await callAll(pair)) expect(answer).toMatchObject({ status: 200, text: "[]" });
  },
  async "wrong-content-type"(pair) {
    pair.set({ kind: "wrong-content-type", contentType: "application/octet-stream" });
    for (const answer of await callAll(pair)) {
      expect(answer.headers["content-type"]).toBe("application/octet-stream");
      expect(answer.text).toContain("said");
    }
  },
  async bom(pair) {
    pair.set({ kind: "bom" });
    for (const answer of await callAll(pair)) {
      expect([...Buffer.concat(answer.chunks).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
      expect(answer.isComplete).toBe(true);
    }
  },
  async "half-json"(pair) {
    pair.set({ kind: "half-json" });
    for (const answer of await callAll(pair)) expect(answer).toMatchObject({ status: 200, isComplete: true });
    const { text } = await callOpenAI(pair, false);
    expect(text).toMatch(/^\{"id":/);
    expect(() => void JSON.parse(text)).toThrow("JSON");
  },
  async "giant-line"(pair) {
    pair.set({ kind: "giant-line", megabytes: 3 });
    for (const answer of await callAll(pair)) {
      const [longest = ""] = answer.text.split("\n").toSorted((left, right) => right.length - left.length);
      expect(longest.length).toBeGreaterThan(3 * 1024 * 1024);
    }
  },
  async "gzip-bomb"(pair) {
    pair.set({ kind: "gzip-bomb", megabytes: 20 });
    const answer = await callOpenAI(pair, false);
    const wire = Buffer.concat(answer.chunks);
    expect(answer.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(wire)).toHaveLength(20 * 1024 * 1024);
    expect(wire.length).toBeLessThan(40_000);
    for (const encoding of ["br", "deflate"] as const) {
      pair.set({ kind: "gzip-bomb", encoding, megabytes: 5 });
      expect((await callOllama(pair, true)).headers["content-encoding"]).toBe(encoding);
    }
  },
  async "json-for-stream"(pair) {
    pair.set({ kind: "json-for-stream" });
    const { sse, ndjson } = await callStreams(pair);
    expect(sse.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(sse.text)).toMatchObject({ object: "chat.completion" });
    expect(JSON.parse(ndjson.text)).toMatchObject({
      done: true,
      message: { content: "You said: grüße aus Bern" },
    });
  },
  async "sse-for-non-stream"(pair) {
    pair.set({ kind: "sse-for-non-stream" });
    expect((await callOpenAI(pair, false)).text).toMatch(/^data: .*\[DONE\]\n\n$/s);
    expect((await callOllama(pair, false)).headers["content-type"]).toBe("application/x-ndjson");
  },
  async "error-line-mid-stream"(pair) {
    pair.set({ kind: "error-line-mid-stream", message: "out of memory" });
    const { sse, ndjson } = await callStreams(pair);
    expect(ndjson.text.trim().split("\n").slice(2)).toEqual(['{"error":"out of memory"}']);
    expect(sse.text).toMatch(/\n\n\{"error":\{"message":"out of memory"[^\n]*\n\n$/);
    pair.set({ kind: "error-line-mid-stream", after: 0 });
    expect((await callOllama(pair, true)).text).toMatch(/^\{"error":[^\n]*\n$/);
  },
  async "sse-error-event"(pair) {
    pair.set({ kind: "sse-error-event" });
    expect((await callOpenAI(pair, true)).text).toMatch(/\n\ndata: \{"error":\{[^\n]*\n\n$/);
    pair.set({ kind: "sse-error-event", how: "event" });
    expect((await callOpenAI(pair, true)).text).toMatch(/\n\nevent: error\ndata: \{"error":\{[^\n]*\n\n$/);
    pair.set({ kind: "sse-error-event", how: "chunk" });
    expect((await callOpenAI(pair, true)).text).toMatch(/"finish_reason":"error"\}\],"error":\{[^\n]*\n\n$/);
  },
  async "sse-fields"(pair) {
    pair.set({ kind: "sse-fields" });
    expect((await callOpenAI(pair, true)).text).toMatch(/^event: message\nid: 0\nretry: 10\ndata: \{/);
  },
  async comments(pair) {
    pair.set({ kind: "comments" });
    const { sse, ndjson } = await callStreams(pair);
    expect(sse.text).toMatch(/^: OPENROUTER PROCESSING\n\ndata: \{/);
    expect(ndjson.text).toMatch(/^\n\{/);
  },
  async "line-endings"(pair) {
    pair.set({ kind: "line-endings", eol: "crlf" });
    for (const { text } of Object.values(await callStreams(pair))) expect(text).toMatch(/^[^\n]*\}\r\n/);
    pair.set({ kind: "line-endings", eol: "cr" });
    for (const { text } of Object.values(await callStreams(pair))) expect(text).not.toContain("\n");
  },
  async "split-every-n-bytes"(pair) {
    const plain = await callOllama(pair, false);
    pair.set({ kind: "split-every-n-bytes" });
    const { ndjson } = await callStreams(pair);
    expect(ndjson.chunks.filter(({ length }) => length === 1).length).toBeGreaterThan(ndjson.text.length / 2);
    expect(ndjson.text).toContain("grüße");
    expect((await callOllama(pair, false)).text.length).toBeCloseTo(plain.text.length, -2);
  },
  async "done-inside-string"(pair) {
    pair.set({ kind: "done-inside-string" });
    const { sse, ndjson } = await callStreams(pair);
    expect(sse.text).toContain(String.raw`[DONE]\n\n{`);
    expect(sse.text).toMatch(/After\.[^\n]*\n\n.*data: \[DONE\]\n\n$/s);
    expect(ndjson.text).toContain(String.raw`{\"done\":true}`);
  },
  async "two-dones"(pair) {
    pair.set({ kind: "two-dones" });
    const { sse, ndjson } = await callStreams(pair);
    expect(sse.text.match(/data: \[DONE\]/g)).toHaveLength(2);
    expect(ndjson.text.match(/"done":true/g)).toHaveLength(2);
  },
  async "missing-done"(pair) {
    pair.set({ kind: "missing-done" });
    const { sse, ndjson } = await callStreams(pair);
    expect(sse).toMatchObject({
      isComplete: true,
      text: expect.stringMatching(/"finish_reason":"stop"[^\n]*\n\n$/),
    });
    expect(ndjson.text).not.toContain('"done":true');
    pair.set({ kind: "missing-done", finish: true });
    expect((await callOpenAI(pair, true)).text).not.toContain('"finish_reason":"stop"');
  },
  async "done-with-payload"(pair) {
    pair.set({ kind: "done-with-payload" });
    const { sse, ndjson } = await callStreams(pair);
    expect(ndjson.text.trim().split("\n").at(-1)).toMatch(/"content":" Bern"\},"done":true/);
    expect(sse.text).toMatch(/"delta":\{"content":" Bern"\},"logprobs":null,"finish_reason":"stop"/);
  },
  async "list-huge"(pair) {
    pair.set({ kind: "list-huge", count: 3000 });
    const { data } = await readList(pair);
    expect(new Set(data.map(({ id }) => id)).size).toBe(3000);
    const tags = await callRaw(`${pair.ollama.url}/api/tags`);
    expect(tags.text.match(/"model":"huge-model-/g)).toHaveLength(3000);
  },
  async "list-duplicates"(pair) {
    pair.set({ kind: "list-duplicates" });
    const { data } = await readList(pair);
    expect(data.length).toBe(2 * new Set(data.map(({ id }) => id)).size);
  },
  async "list-hostile-ids"(pair) {
    pair.set({ kind: "list-hostile-ids" });
    const ids = (await readList(pair)).data.map((item: unknown) => Object(item).id as unknown); // any shape is possible
    expect(ids).toEqual(expect.arrayContaining(["sim-gpt-small", "../../etc/passwd", "__proto__", 42, null]));
  },
  async "list-shape"(pair) {
    const list = async (shape: "data" | "models" | "array" | "null" | "strings"): Promise<unknown> => {
      pair.set({ kind: "list-shape", shape });
      return JSON.parse((await callRaw(`${pair.openai.baseUrl}/models`)).text);
    };
    const item = expect.objectContaining({ id: "sim-gpt-small" });
    expect(await list("data")).toEqual({ object: "list", data: expect.arrayContaining([item]) });
    expect(await list("models")).toEqual({ models: expect.arrayContaining([item]) });
    expect(await list("array")).toEqual(expect.arrayContaining([item]));
    expect(await list("null")).toEqual({ object: "list", data: null });
    expect(await list("strings")).toEqual({ data: expect.arrayContaining(["sim-gpt-small"]) });
  },
  async "rewrite-frames"(pair) {
    pair.set({ kind: "rewrite-frames", rewrite: (_, index) => [{ index }, `raw ${index}\n\n`] });
    const { sse, ndjson } = await callStreams(pair);
    expect(sse.text).toMatch(/^data: \{"index":0\}\n\nraw 0\n\ndata: \{"index":1\}/);
    expect(ndjson.text).toMatch(/^\{"index":0\}\nraw 0\n\n/);
  },
  async "rewrite-body"(pair) {
    pair.set({ kind: "rewrite-body", rewrite: (body) => ({ wrapped: body }) });
    expect(JSON.parse((await callOpenAI(pair, false)).text)).toMatchObject({
      wrapped: { object: "chat.completion" },
    });
  },
  async script(pair) {
    pair.set({
      kind: "script",
      steps: [{ send: "HTTP/1.1 200 OK\r\n" }, { waitMs: 5 }, { send: "oops\r\n\r\n" }],
    });
    const text = await readSocket(pair.ollama.url, "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
    expect(text).toBe("HTTP/1.1 200 OK\r\noops\r\n\r\n");
  },
};

test.concurrent.each(Object.entries(observations))(
  "%s looks from outside as promised",
  async (_kind, observe) => {
    await using pair = await startPair();

    await expect(observe(pair)).resolves.toBeUndefined();
  },
);

test("strikes only the path and as often as told, the newest rule first", async () => {
  await using pair = await startPair();
  const { faults } = pair.openai;
  faults.set({ path: /completions$/, times: 2, fault: { kind: "status", code: 500 } });
  faults.set({ path: "/v1/chat/completions", times: 1, fault: { kind: "status", code: 502 } });

  const statuses = [];
  for (let call = 0; call < 4; call += 1) statuses.push((await callOpenAI(pair, false)).status);
  const list = await callRaw(`${pair.openai.baseUrl}/models`);

  expect(statuses).toEqual([502, 500, 500, 200]);
  expect(list.status).toBe(200);
});

test("a read that gives up half-way ends an endless answer", async () => {
  await using pair = await startPair();
  pair.set({ kind: "giant-line" });
  const arrival = pair.openai.journal.next();

  await callOpenAI(pair, true, { maxBytes: 1_000_000 });
  const entry = await pair.openai.journal.whenClosed(await arrival);

  expect(entry.closedByClientAt).toBeDefined();
  expect(entry.bytesSent).toBeLessThan(20_000_000);
});

test("the README has a row for every fault", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

  const missing = Object.keys(observations).filter((kind) => !readme.includes(`| \`${kind}\``));

  expect(missing).toEqual([]);
});

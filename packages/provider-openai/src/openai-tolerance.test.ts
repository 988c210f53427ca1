import type { ChatStreamPart, ProviderChatRequest } from "@corral/core";
import { byteByByte, inOnePiece, serveInProcess, splitAt, type ScriptedReply } from "@corral/core/testing";
import { limits } from "@corral/core";
import { describe, expect, test } from "vitest";
import { chunk, completion, ending, events } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";

const options = { signal: new AbortController().signal };
const request: ProviderChatRequest = { model: "m", messages: [{ role: "user", content: "Hi" }], params: {} };

async function read(
  body: string | Uint8Array,
  { chunking = inOnePiece, ...wish }: Partial<ProviderChatRequest> & { chunking?: typeof inOnePiece } = {},
) {
  const { transport } = await serveInProcess(() => ({ body }), chunking);
  const provider = createOpenAIProvider({ baseUrl: "http://upstream.test", transport });
  const parts: ChatStreamPart[] = [];
  for await (const batch of (await provider.streamChat({ ...request, ...wish }, options)).batches)
    parts.push(...batch);
  return parts;
}

const textOf = (parts: readonly ChatStreamPart[]) =>
  parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");

describe("[vector 8] events however they are written", () => {
  const first = JSON.stringify(chunk({ content: "Grü" }));
  const second = JSON.stringify(chunk({ content: "ße" }));
  const last = JSON.stringify(chunk({}, { finish_reason: "stop" }));
  const lines = [first, second, last, "[DONE]"].map((data) => `data: ${data}`);

  test.each([
    ["with LF", `${lines.join("\n\n")}\n\n`],
    ["with CRLF", `${lines.join("\r\n\r\n")}\r\n\r\n`],
    ["with CR", `${lines.join("\r\r")}\r\r`],
    ["with a byte order mark", `\uFEFF${lines.join("\n\n")}\n\n`],
    ["without a space", `${lines.join("\n\n").replaceAll("data: ", "data:")}\n\n`],
    ["with comments", `: OPENROUTER PROCESSING\n\n: keep-alive\n\n${lines.join("\n\n: x\n\n")}\n\n`],
    [
      "with ids, names and delays",
      `${lines.map((line) => `id: 1\nevent: message\nretry: 5\n${line}`).join("\n\n")}\n\n`,
    ],
    ["over several data lines", `${lines.join("\n\n").replaceAll(',"choices"', '\ndata: ,"choices"')}\n\n`],
    ["without the last blank line", lines.join("\n\n")],
  ])("%s", async (_, body) => {
    expect(textOf(await read(body))).toBe("Grüße");
    expect(textOf(await read(body, { chunking: byteByByte }))).toBe("Grüße");
  });

  test("a character may be cut anywhere", async () => {
    const body = new TextEncoder().encode(`${lines.join("\n\n")}\n\n`);

    for (let at = 0; at < body.length; at += 1) {
      expect(textOf(await read(body, { chunking: splitAt(at) }))).toBe("Grüße");
    }
  });

  test("an event of 8 MiB is read, a longer one is refused", async () => {
    const frame = JSON.stringify(chunk({ content: "" }));
    const text = "x".repeat(limits.upstreamFrameBytes - frame.length);
    const largest = events(chunk({ content: text }), ...ending("stop"));

    expect(textOf(await read(largest))).toHaveLength(text.length);
    await expect(read(largest.replace("xx", "xxx"))).rejects.toMatchObject({
      code: "upstream_invalid_response",
    });
  });
});

describe("what servers do to chunks", () => {
  test.each<[string, object[]]>([
    ["an empty role", [chunk({ role: "", content: "a" }), chunk({ content: "b" })]],
    [
      "the role in every chunk",
      [chunk({ role: "assistant", content: "a" }), chunk({ role: "assistant", content: "b" })],
    ],
    ["content as parts", [chunk({ content: [{ type: "text", text: "a" }] }), chunk({ content: ["b"] })]],
    [
      "the end in the chunk of the last text",
      [chunk({ content: "a" }), chunk({ content: "b" }, { finish_reason: "stop" })],
    ],
    [
      "chunks without id, model and time",
      [{ choices: [{ index: 0, delta: { content: "a" } }] }, { choices: [{ delta: { content: "b" } }] }],
    ],
    ["a message in place of a delta", [{ choices: [{ index: 0, message: { content: "ab" } }] }]],
    ["an index as text", [chunk({ content: "a" }, { index: "0" }), chunk({ content: "b" })]],
  ])("%s", async (_, chunks) => {
    const parts = await read(events(...chunks, chunk({}, { finish_reason: "stop" }), "[DONE]"));

    expect(textOf(parts)).toBe("ab");
    expect(parts.filter((part) => part.type === "message-start" || part.type === "finish")).toMatchObject([
      { type: "message-start", choice: 0 },
      { type: "finish", reason: "stop" },
    ]);
  });

  test("the older function call is a tool call", async () => {
    const call = (more: object) => chunk({ content: null, function_call: more });

    const parts = await read(
      events(call({ name: "f", arguments: "" }), call({ arguments: '{"a":1}' }), ...ending("function_call")),
    );

    expect(parts.filter((part) => part.type.startsWith("tool-call"))).toMatchObject([
      { type: "tool-call-start", index: 0, name: "f" },
      { type: "tool-call-arguments-delta", text: '{"a":1}' },
      { type: "tool-call-end" },
    ]);
    expect(parts.at(-1)).toMatchObject({ reason: "tool_calls", raw: "function_call" });
  });

  test.each([
    ["a fraction", 1_787_300_000.75],
    ["milliseconds", 1_787_300_000_750],
    ["text", "1787300000"],
  ])("a time as %s becomes whole seconds where a document is made of a stream", async (_, created) => {
    const body = events(
      ...[chunk({ content: "a" }), ...ending("stop")].map((value) =>
        typeof value === "string" ? value : { ...value, created },
      ),
    );
    const { transport } = await serveInProcess(() => ({ body }), inOnePiece);
    const provider = createOpenAIProvider({ baseUrl: "http://upstream.test", transport });

    const { completion: answer } = await provider.chat({ ...request, prefer: "openai" }, options);

    expect(answer.raw).toMatchObject({ created: 1_787_300_000 });
  });
});

test("[vector 15] two streams at a time share nothing: each keeps its id and time, and says its role once", async () => {
  const streams = ["one", "two"].map((id) =>
    events(
      ...[chunk({ role: "assistant", content: "" }), chunk({ content: id }), ...ending("stop")].map((value) =>
        typeof value === "string" ? value : { ...value, id, created: 5 },
      ),
    ),
  );
  const { transport } = await serveInProcess(
    ({ body }) => ({ body: streams[body.includes("first") ? 0 : 1] ?? "" }),
    byteByByte,
  );
  const provider = createOpenAIProvider({ baseUrl: "http://upstream.test", transport });
  const collect = async (model: string) => {
    const chunks: unknown[] = [];
    const { batches } = await provider.streamChat({ ...request, model, prefer: "openai" }, options);
    for await (const batch of batches)
      chunks.push(...batch.flatMap((part) => (part.type === "raw" ? [part.chunk] : [])));
    return chunks;
  };

  const [first, second] = await Promise.all([collect("first"), collect("second")]);

  for (const [chunks, id] of [
    [first, "one"],
    [second, "two"],
  ] as const) {
    expect(
      new Set(
        chunks?.map(
          (value) => `${Reflect.get(Object(value), "id")} ${Reflect.get(Object(value), "created")}`,
        ),
      ),
    ).toEqual(new Set([`${id} 5`]));
    expect(JSON.stringify(chunks).match(/"role"/gu)).toHaveLength(1);
  }
});

describe("[vector 9] instead of an answer", () => {
  test.each<[string, ScriptedReply, string]>([
    ["a page with status 200", { body: "<!doctype html><title>Login</title>" }, "upstream_invalid_response"],
    ["nothing with status 200", { body: "" }, "upstream_invalid_response"],
    ["nothing with status 204", { status: 204, body: "" }, "upstream_invalid_response"],
    ["blank lines alone", { body: "\n\n\n" }, "upstream_invalid_response"],
    [
      "[vector 58] an array",
      { status: 400, body: '[{"error":{"code":400,"message":"bad"}}]' },
      "upstream_rejected",
    ],
    ["[vector 58] text in quotes", { status: 400, body: '{"error":"bad"}' }, "upstream_rejected"],
    [
      "[vector 58] a numeric code",
      { status: 500, body: '{"error":{"code":500,"message":"x"}}' },
      "upstream_error",
    ],
    ["[vector 58] a page", { status: 502, body: "<html><h1>Bad gateway</h1></html>" }, "upstream_error"],
    ["[vector 58] nothing", { status: 503, body: "" }, "upstream_unavailable"],
    ["[vector 58] 2 MB of text", { status: 500, body: "x".repeat(2_000_000) }, "upstream_error"],
  ])("%s is an error, streamed and whole", async (_, reply, code) => {
    const { transport } = await serveInProcess(() => reply, inOnePiece);
    const provider = createOpenAIProvider({ baseUrl: "http://upstream.test", transport });

    await expect(provider.chat(request, options)).rejects.toMatchObject({ code });
    await expect(provider.streamChat(request, options)).rejects.toMatchObject({ code });
  });

  test("a document after blank lines is one, as DeepSeek sends it while it works", async () => {
    const parts = await read(`\n\n\n${completion({ content: "a" }, "stop")}`);

    expect(textOf(parts)).toBe("a");
  });
});

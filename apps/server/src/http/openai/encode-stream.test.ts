import type { ChatStreamPart, JsonObject, RawChunkPart } from "@corral/core";
import { createOpenAIProvider } from "@corral/provider-openai";
import { describe, expect, test } from "vitest";
import { ChunkEncoder } from "./encode-stream.ts";

const anEncoder = (includeUsage = false) =>
  new ChunkEncoder({ id: "chatcmpl-ours", model: "asked", includeUsage });

describe("chunks of the same dialect", () => {
  const head = { id: "theirs", object: "chat.completion.chunk", created: 1, model: "upstream" };
  const aChunk = (delta: object, more: object = {}) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
    ...more,
  });
  const texts = ["Once", " upon", ' a "time"', "\n\t\\", "süß 🐎", "", "\uFFFD", "</think>"];
  const streams: readonly (readonly [string, readonly object[]])[] = [
    ["with text", texts.map((content) => aChunk({ content }))],
    ["with padding", texts.map((content, at) => aChunk({ content }, { obfuscation: "x".repeat(at) }))],
    ["with usage that is null", texts.map((content) => aChunk({ content }, { usage: null }))],
    ["with reasoning", texts.map((reasoning) => aChunk({ content: null, reasoning_content: reasoning }))],
    ["with names that are numbers", texts.map((content) => aChunk({ content, 7: { content: "seven" } }))],
    [
      "with arguments",
      texts.map((text) =>
        aChunk({ tool_calls: [{ index: 0, id: "call", function: { name: "f", arguments: text } }] }),
      ),
    ],
    [
      "that use our names for other things",
      texts.map((content) => aChunk({ content, id: "kept", model: "kept" })),
    ],
  ];

  test.each(streams)("%s are written alike whether they repeat one another or not", async (_, chunks) => {
    const end = aChunk({}, { usage: { prompt_tokens: 1, completion_tokens: 2 } });
    const parts = await readRaw([
      ...chunks,
      { ...end, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    ]);
    for (const includeUsage of [false, true]) {
      const [fast, slow] = [anEncoder(includeUsage), anEncoder(includeUsage)];

      const written = parts.map((part) => eventsOf(fast.encode([part])));

      expect(written).toEqual(parts.map(({ chunk }) => eventsOf(slow.encode([{ type: "raw", chunk }]))));
      expect(written.flat().map(({ id, model }) => [id, model])).toEqual(
        parts.map(() => ["chatcmpl-ours", "asked"]),
      );
    }
    // What never repeats would prove nothing.
    expect(parts.filter((part) => part.repeat !== undefined).length).toBeGreaterThan(texts.length / 2);
  });
});

test("texts of several kinds and choices become chunks of their own, whatever is in them", () => {
  const encoder = anEncoder();
  const texts = ["a", 'b "c"', "\uFFFF", "\\u0000", "🐎\n"];
  const parts = texts.flatMap((text): ChatStreamPart[] => [
    { type: "reasoning-delta", choice: 0, text },
    { type: "text-delta", choice: 0, text },
    { type: "text-delta", choice: 1, text },
  ]);

  const chunks = eventsOf(encoder.encode(parts));

  const deltas = chunks.flatMap(({ choices }) => choices);
  const expected = texts.flatMap((text) => [
    { index: 0, delta: { reasoning_content: text } },
    { index: 0, delta: { content: text } },
    { index: 1, delta: { content: text } },
  ]);
  expect(deltas.filter(({ delta }) => !("role" in delta))).toMatchObject(expected);
  expect(deltas.filter(({ delta }) => "role" in delta)).toHaveLength(2);
});

type Chunk = JsonObject & {
  readonly choices: readonly { readonly index: number; readonly delta: JsonObject }[];
};

function eventsOf(text: string): Chunk[] {
  return text
    .split("\n\n")
    .slice(0, -1)
    .map((event) => {
      expect(event).toMatch(/^data: \{/u);
      // safe: compared with what is expected
      return JSON.parse(event.slice("data: ".length)) as Chunk;
    });
}

/** What the provider makes of chunks that it is sent. */
async function readRaw(chunks: readonly object[]): Promise<RawChunkPart[]> {
  const events = [...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"];
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const event of events) yield new TextEncoder().encode(`data: ${event}\n\n`);
  }
  const provider = createOpenAIProvider({
    baseUrl: "http://upstream.test/v1",
    transport: async () => ({ status: 200, headers: {}, body: body() }),
  });
  const { batches } = await provider.streamChat(
    { model: "upstream", messages: [{ role: "user", content: "Hi" }], params: {}, prefer: "openai" },
    { signal: new AbortController().signal },
  );
  const parts: RawChunkPart[] = [];
  for await (const batch of batches) parts.push(...batch.filter((part) => part.type === "raw"));
  return parts;
}

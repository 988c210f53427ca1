import { asObject } from "@corral/provider-kit";
import { describe, expect, test } from "vitest";
import { ChunkRepeats } from "./chunk-repeats.ts";

const compact = (text: string) =>
  `{"id":"c-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":${text}},"logprobs":null,"finish_reason":null}],"usage":null}`;

const shapes: readonly (readonly [string, (text: string) => string])[] = [
  ["OpenAI's, compact", compact],
  ["Python's, with spaces", (text) => compact(text).replaceAll(/([:,])(?=\S)/gu, "$1 ")],
  [
    "with padding against listeners",
    (text) => compact(text).replace(/\}$/u, `,"obfuscation":"x${text.length}"}`),
  ],
  ["reasoning", (text) => compact(text).replace('"content"', '"content":null,"reasoning_content"')],
  [
    "arguments of a tool",
    (text) =>
      compact(text).replace(
        /"delta":\{[^]*?\},"logprobs"/u,
        () => `"delta":{"tool_calls":[{"index":0,"function":{"arguments":${text}}}]},"logprobs"`,
      ),
  ],
];

const texts = [
  "Hello",
  " wörld",
  "🐎",
  String.raw`\"so\"`,
  String.raw`\n\t\\`,
  String.raw`\u00e4\uD83D`,
  "",
  "}]}",
  " ",
  "\u007F\u2028",
];

describe("a chunk that is the last one with another text", () => {
  test.each(shapes)("is known again: %s", (_, chunk) => {
    const repeats = new ChunkRepeats();
    repeats.learn(chunk('"first"'));

    for (const text of texts) {
      const json = chunk(`"${text}"`);
      const part = repeats.find(json);

      expect(part?.chunk).toEqual(JSON.parse(json));
      expect(part?.repeat?.texts[0]).toBe(text);
    }
  });

  test("tells what it repeats, with a placeholder for the text", () => {
    const repeats = new ChunkRepeats();
    repeats.learn(compact('"first"'));

    const [one, other] = ['"a"', '"b"'].map((text) => repeats.find(compact(text))?.repeat);

    expect(one?.shape).toBe(other?.shape);
    const { template, placeholders } = one?.shape ?? {};
    expect(template).toEqual(JSON.parse(compact(JSON.stringify(placeholders?.[0]))));
  });

  test("of which a key is there twice counts as JSON does: the last one", () => {
    const twice = (text: string) => `{"id":"c","choices":[],"content":"${text}","content":"${text}2"}`;
    const repeats = new ChunkRepeats();
    repeats.learn(twice("a"));

    const part = repeats.find(twice("b"));

    expect(part?.chunk).toEqual({ id: "c", choices: [], content: "b2" });
    expect(asObject(part?.repeat?.shape.template)?.["content"]).toBe(part?.repeat?.shape.placeholders[1]);
  });
});

describe("a chunk has to be read", () => {
  const repeats = new ChunkRepeats();
  repeats.learn(compact('"first"'));
  const good = compact('"text"');

  test.each([
    ["when it ends early", good.slice(0, -1)],
    ["when it ends in the text", good.slice(0, good.indexOf("text") + 2)],
    ["when something follows it", `${good}}`],
    ["when the text is not closed", compact('"text')],
    ["when the text is closed twice", compact('"te"xt"')],
    ["when the text has a line break", compact('"te\nxt"')],
    ["when the text has a control character", compact('"te\u0000xt"')],
    ["when an escape is none", compact(String.raw`"te\xt"`)],
    ["when an escape is not complete", compact(String.raw`"te\u12"`)],
    ["when an escape hides the end", compact(String.raw`"text\"`)],
    ["when the text is no string", compact("null")],
    ["when it is of another model", good.replace('"m"', '"n"')],
    ["when it is of another choice", good.replace('"index":0', '"index":1')],
    ["when it ends the answer", good.replace('"finish_reason":null', '"finish_reason":"stop"')],
    ["when it counts tokens", good.replace('"usage":null', '"usage":{"prompt_tokens":1}')],
    ["when it is an error", good.replace('"usage":null', '"error":{"message":"no"}')],
    ["when it is very long", compact(`"${"x".repeat(20_000)}"`)],
    ["when it is empty", ""],
  ])("%s", (_, text) => {
    expect(repeats.find(text)).toBeUndefined();
    expect(repeats.find(good)).toBeDefined();
  });

  test("when something else came before it", () => {
    const forgetful = new ChunkRepeats();
    forgetful.learn(good);
    forgetful.forget();

    expect(forgetful.find(good)).toBeUndefined();
  });

  test("when the one before had what marks the places, written in any way", () => {
    for (const text of ['"\uFFFF"', String.raw`"\uFfFf"`]) {
      const wary = new ChunkRepeats();
      wary.learn(compact(text));

      expect(wary.find(compact(text))).toBeUndefined();
    }
  });

  test("when the one before began no text, as the first of an answer does", () => {
    const begun = new ChunkRepeats();
    begun.learn(compact('""'));

    expect(begun.find(good)).toBeUndefined();
  });

  test("when it has more texts than any chunk should", () => {
    const many = `{"id":"c","choices":[${Array(9).fill('{"content":"a"}').join()}]}`;
    const wary = new ChunkRepeats();
    wary.learn(many);

    expect(wary.find(many)).toBeUndefined();
  });

  test("when chunks never repeat, so that no work is done for nothing", () => {
    const vain = new ChunkRepeats();
    for (const at of [1, 2, 3, 4, 5]) vain.learn(good.replace('"created":1', `"created":${at}`));

    expect(vain.find(good.replace('"created":1', '"created":5'))).toBeUndefined();
  });
});

import { describe, expect, test } from "vitest";
import { fromOllamaEmbed, fromOllamaEmbeddings, fromOllamaShow } from "./from-ollama-embed.ts";
import { fromOllamaGenerate } from "./from-ollama-generate.ts";

const png = "iVBORw0KGgoAAAANSUhEUg==";

describe("generate", () => {
  test("is a completion, and a conversation where it can be one", () => {
    const read = fromOllamaGenerate({
      model: "m",
      prompt: "Hi",
      system: "Be brief.",
      images: [png],
      options: { num_predict: 5 },
      stream: false,
      logprobs: true,
    });

    expect(read).toEqual({
      kind: "generate",
      model: "m",
      stream: false,
      prompt: "Hi",
      params: { max_tokens: 5 },
      logprobs: { top: 0 },
      extensions: { system: "Be brief.", images: [png] },
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Hi" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
          ],
        },
      ],
      notes: [],
    });
  });

  test.each([
    [{ suffix: "end" }, { suffix: "end" }],
    [{ raw: true }, { extensions: { raw: true } }],
    [{ template: "{{ .Prompt }}" }, { extensions: { template: "{{ .Prompt }}" } }],
    [{ context: [1, 2] }, { extensions: { context: [1, 2] } }],
  ])("with %j it is no conversation", (body, pieces) => {
    const read = fromOllamaGenerate({ model: "m", prompt: "Hi", ...body });

    expect(read).toMatchObject(pieces);
    expect(read).not.toHaveProperty("messages");
  });

  test("images that are none are refused by their place", () => {
    expect(() => fromOllamaGenerate({ model: "m", prompt: "Hi", images: [png, "JVBERi0x"] })).toThrow(
      /^images\.1:/u,
    );
  });

  test.each([
    [{}, "load"],
    [{ prompt: "", keep_alive: -1 }, "load"],
    [{ prompt: "", keep_alive: 0 }, "unload"],
  ])("[vector 26] without a prompt, %j asks for a %s and no more", (body, kind) => {
    expect(fromOllamaGenerate({ model: "m", ...body })).toMatchObject({ kind });
  });
});

describe("embed", () => {
  test.each([
    [{ input: "x" }, { kind: "embed", model: "m", input: ["x"] }],
    [
      { input: ["x", "y"], dimensions: 8 },
      { kind: "embed", model: "m", input: ["x", "y"], dimensions: 8 },
    ],
    [{ input: [] }, { kind: "load", model: "m", stream: false, params: {} }],
    [
      { input: "", keep_alive: 0 },
      { kind: "unload", model: "m", stream: false, params: { keep_alive: 0 } },
    ],
  ])("%j", (body, read) => {
    expect(fromOllamaEmbed({ model: "m", ...body })).toEqual(read);
  });

  test("tokens are refused in Ollama's words", () => {
    expect(() => fromOllamaEmbed({ model: "m", input: [1, 2] })).toThrow(/invalid input type/u);
  });

  test("the older route takes one text", () => {
    expect(fromOllamaEmbeddings({ name: "m", prompt: "x" })).toEqual({
      kind: "embed",
      model: "m",
      input: ["x"],
    });
    expect(fromOllamaEmbeddings({ name: "m" })).toMatchObject({ kind: "load" });
  });
});

test("show takes the model by either name", () => {
  expect(fromOllamaShow({ name: "m" })).toEqual({ model: "m", verbose: false });
  expect(fromOllamaShow({ model: "m", verbose: true, system: "x" })).toEqual({ model: "m", verbose: true });
  expect(() => fromOllamaShow({})).toThrow(/model is required/u);
});

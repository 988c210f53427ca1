import { test as property, fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { customParamsSchema } from "./custom-params.ts";
import { lookupKeys, modelIdSchema, newModelIdSchema, publicNameKey } from "./model-id.ts";
import { modelMetaSchema } from "./model-meta.ts";
import { modelParamsSchema, paramModesSchema } from "./model-params.ts";
import { ollamaOptionShape } from "./ollama-options.ts";

describe("a model id", () => {
  test.each(["llama3.2:latest", "hf.co/user/Repo:Q4_K_M", "accounts/a/models/b", "my model", "模型", "a..b"])(
    "may be %j",
    (id) => {
      expect(modelIdSchema.parse(id)).toBe(id);
    },
  );

  test.each([
    ["empty", "  "],
    ["257 characters", "x".repeat(257)],
    ["a control character", "a\u0007b"],
    ["a change of direction", "a\u202eb"],
    ["half of a pair", "a\ud800"],
    ["a dot segment", "../admin"],
    ["a dot segment inside", "a/./b"],
  ])("with %s is refused", (_, id) => {
    expect(modelIdSchema.safeParse(id).success).toBe(false);
  });

  test("counts code points, so that 256 emoji fit", () => {
    expect(modelIdSchema.safeParse("🦙".repeat(256)).success).toBe(true);
    expect(modelIdSchema.safeParse("🦙".repeat(257)).success).toBe(false);
  });

  test("of a new model has no comma", () => {
    expect(newModelIdSchema.safeParse("a,b").success).toBe(false);
    expect(modelIdSchema.safeParse("a,b").success).toBe(true);
  });

  test("is one name in every case and composition, with or without Ollama's latest", () => {
    expect(publicNameKey("Cafe\u0301")).toBe(publicNameKey("CAFÉ"));
    expect(publicNameKey("Llama3.2:latest", { ollama: true })).toBe(
      publicNameKey("llama3.2", { ollama: true }),
    );
    expect(lookupKeys("Llama3.2:Latest")).toStrictEqual(["llama3.2:latest", "llama3.2"]);
  });

  property.prop([fc.string({ unit: "binary", maxLength: 300 })])(
    "never throws, and parses what it gave",
    (text) => {
      const parsed = modelIdSchema.safeParse(text);

      expect(parsed.success ? modelIdSchema.parse(parsed.data) : null).toBe(
        parsed.success ? parsed.data : null,
      );
    },
  );
});

/** Of options that are no whole numbers. */
const correctTypes: Readonly<Record<string, string>> = {
  use_mmap: "boolean",
  penalize_newline: "boolean",
  use_mlock: "boolean",
  low_vram: "boolean",
  typical_p: "number",
  repeat_penalty: "number",
  mirostat_tau: "number",
  mirostat_eta: "number",
  tfs_z: "number",
};
const typeOf = (value: unknown) => (value === null ? "null" : typeof value);

describe("params", () => {
  test.each([
    [{ temperature: 2.1 }, "temperature"],
    [{ temperature: "0.7" }, "temperature"],
    [{ top_p: -0.1 }, "top_p"],
    [{ max_tokens: 0 }, "max_tokens"],
    [{ seed: "12345678901234567" }, "seed"],
    [{ stop: "END" }, "stop"],
    [{ stop: Array.from({ length: 17 }, () => "x") }, "stop"],
    [{ num_ctx: 2.5 }, "num_ctx"],
    [{ keep_alive: "-1" }, "keep_alive"],
    [{ system: "\u0000" }, "system"],
    [{ response_format: { type: "xml" } }, "response_format"],
  ])("refuse %j", (params, path) => {
    const parsed = modelParamsSchema.safeParse(params);

    expect(parsed.error?.issues[0]?.path[0]).toBe(path);
  });

  test.each(Object.keys(ollamaOptionShape))(
    "[vector 22] refuse %s of a wrong type before any provider could answer 500",
    (name) => {
      for (const wrong of [{}, [], [1], "many", true, 0.5, "5", null]) {
        const parsed = modelParamsSchema.safeParse({ [name]: wrong });
        const right = correctTypes[name] ?? "int";
        expect([wrong, parsed.success]).toEqual([wrong, right === typeOf(wrong)]);
      }
    },
  );

  test.each([
    ["[vector 20] no tokens", { max_tokens: 0 }, "max_tokens"],
    ["[vector 21] a stop sequence that is no text", { stop: [7] }, "stop"],
    ["[vector 21] an empty stop sequence", { stop: [""] }, "stop"],
    [
      "[vector 27] a schema format without a schema",
      { response_format: { type: "json_schema", json_schema: { name: "x" } } },
      "response_format",
    ],
  ])("refuse %s", (_, params, path) => {
    expect(modelParamsSchema.safeParse(params).error?.issues[0]?.path[0]).toBe(path);
  });

  test("refuse what they do not know", () => {
    expect(modelParamsSchema.safeParse({ maxTokens: 5 }).success).toBe(false);
  });

  test("keep a seed written as text as the number it is", () => {
    expect(modelParamsSchema.parse({ seed: "42", keep_alive: "1h30m" })).toStrictEqual({
      seed: 42,
      keep_alive: "1h30m",
    });
  });

  test("can be capped only where a cap means something", () => {
    expect(paramModesSchema.safeParse({ max_tokens: "max", seed: "fixed" }).success).toBe(true);
    expect(paramModesSchema.safeParse({ stop: "max" }).success).toBe(false);
  });
});

describe("custom params", () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

  test.each([
    ["a reserved name", { messages: [] }],
    ["a prototype's name", JSON.parse('{"a":{"__proto__":1}}')],
    ["constructor", { a: { constructor: 1 } }],
    ["a name with spaces", { "a b": 1 }],
    ["seven levels", { x: nested(6) }],
    ["201 keys", Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`k${at}`, 1]))],
    ["more than 16 KiB", { x: "y".repeat(17_000) }],
  ])("with %s are refused", (_, params) => {
    expect(customParamsSchema.safeParse(params).success).toBe(false);
  });

  test("within the budgets stay as they are", () => {
    const params = { chat_template_kwargs: { enable_thinking: false }, "x.y-z_1": [1, "a", null] };

    expect(customParamsSchema.parse(params)).toStrictEqual(params);
  });
});

describe("meta", () => {
  const png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==";

  test("keeps unknown keys, and reads tags in both spellings without doubles", () => {
    const meta = modelMetaSchema.parse({
      tags: ["Code", { name: "code" }, { name: "lab" }],
      knowledge: [{ id: 1 }],
    });

    expect(meta).toStrictEqual({ tags: [{ name: "Code" }, { name: "lab" }], knowledge: [{ id: 1 }] });
  });

  test.each([
    ["an SVG", "data:image/svg+xml;base64,PHN2Zz4="],
    ["a PNG that is none", "data:image/png;base64,PGh0bWw+"],
    ["HTML", "data:text/html;base64,PGh0bWw+"],
    ["a path of ours", "/api/v1/auths/signout"],
    ["another host", "//example.com/a.png"],
    ["plain http", "http://example.com/a.png"],
    ["300 KiB", `data:image/png;base64,iVBORw0KGgo${"A".repeat(300_000)}`],
  ])("refuses %s as the image", (_, url) => {
    expect(modelMetaSchema.safeParse({ profile_image_url: url }).success).toBe(false);
  });

  test("takes a raster image or an https address", () => {
    expect(modelMetaSchema.safeParse({ profile_image_url: png }).success).toBe(true);
    expect(modelMetaSchema.safeParse({ profile_image_url: "https://example.com/a.png" }).success).toBe(true);
  });

  test("has one budget for everything unknown", () => {
    expect(modelMetaSchema.safeParse({ extra: { a: "x".repeat(17_000) } }).success).toBe(false);
    expect(modelMetaSchema.safeParse({ other: "x".repeat(17_000) }).success).toBe(false);
  });
});

import { test as property, fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { mergeParams, type ParamLayer } from "./merge-params.ts";
import type { ModelParams, ParamModes } from "./model-params.ts";

const connection = (params: ModelParams): ParamLayer => ({
  source: { kind: "connection" },
  params,
  modes: {},
});
const record = (uid: string, params: ModelParams, modes: ParamModes = {}): ParamLayer => ({
  source: { kind: "record", uid },
  params,
  modes,
});
const request = (params: ModelParams): ParamLayer => ({ source: { kind: "request" }, params, modes: {} });

describe("who wins", () => {
  test("a later level beats an earlier one, and says so", () => {
    const layers = [
      connection({ temperature: 0.1, seed: 7 }),
      record("base", { temperature: 0.2 }),
      request({ temperature: 0.9 }),
    ];

    const merged = mergeParams(layers);

    expect(merged.params).toStrictEqual({ temperature: 0.9, seed: 7 });
    expect(merged.origins.get("temperature")?.source).toStrictEqual({ kind: "request" });
    expect(merged.origins.get("seed")?.source).toStrictEqual({ kind: "connection" });
  });

  test("fixed at any level beats everything later, and the caller is told", () => {
    const layers = [
      record("base", { temperature: 0.2 }, { temperature: "fixed" }),
      record("custom", { temperature: 0.5 }, { temperature: "fixed" }),
      request({ temperature: 0.9 }),
    ];

    const merged = mergeParams(layers);

    expect(merged.params).toStrictEqual({ temperature: 0.2 });
    expect(merged.notes).toStrictEqual([
      { param: "temperature", action: "dropped", reason: "the model fixes this parameter" },
    ]);
  });

  test("nobody walks around what is fixed by Ollama's options", () => {
    const layers = [
      record("base", { num_ctx: 4_096, max_tokens: 500 }, { num_ctx: "fixed", max_tokens: "max" }),
      record("custom", { custom_params: { options: { num_ctx: 65_536, num_predict: -1, mystery: 1 } } }),
      request({ custom_params: { options: '{"num_predict":4000,"stop":"END"}' } }),
    ];

    const merged = mergeParams(layers);

    expect(merged.params).toStrictEqual({
      num_ctx: 4_096,
      max_tokens: 500,
      stop: ["END"],
      custom_params: { options: { mystery: 1 } },
    });
  });

  test("the smallest max of all levels caps the request", () => {
    const layers = [
      record("base", { max_tokens: 500 }, { max_tokens: "max" }),
      record("custom", { max_tokens: 800 }, { max_tokens: "max" }),
      request({ max_tokens: 4_000 }),
    ];

    const merged = mergeParams(layers);

    expect(merged.params).toStrictEqual({ max_tokens: 500 });
    expect(merged.notes).toStrictEqual([
      { param: "max_tokens", action: "clamped", reason: "the model limits this parameter" },
    ]);
  });

  test("a max on the length is sent even when nobody asked for a length; other caps are not invented", () => {
    const modes: ParamModes = { max_tokens: "max", temperature: "max" };

    const merged = mergeParams([record("custom", { max_tokens: 100, temperature: 0.5 }, modes), request({})]);

    expect(merged.params).toStrictEqual({ max_tokens: 100 });
  });

  test("a request below the cap stays as it is", () => {
    const merged = mergeParams([
      record("c", { max_tokens: 100 }, { max_tokens: "max" }),
      request({ max_tokens: 20 }),
    ]);

    expect(merged.params).toStrictEqual({ max_tokens: 20 });
    expect(merged.notes).toStrictEqual([]);
  });
});

describe("names of one quantity", () => {
  test.each([
    ["max_completion_tokens", 5, { max_tokens: 5 }],
    ["num_predict", 5, { max_tokens: 5 }],
    ["max_output_tokens", 5, { max_tokens: 5 }],
    ["format", "json", { response_format: { type: "json_object" } }],
    ["think", false, { reasoning_effort: "none" }],
    ["think", "high", { reasoning_effort: "high" }],
    ["stop", "END", { stop: ["END"] }],
  ])("custom parameter %s is the parameter it means", (name, value, expected) => {
    const merged = mergeParams([record("c", { custom_params: { [name]: value } })]);

    expect(merged.params).toStrictEqual(expected);
  });

  test("a fixed length cannot be walked around under another name", () => {
    const layers = [
      record("base", { max_tokens: 10 }, { max_tokens: "fixed" }),
      record("custom", { custom_params: { num_predict: 9_999 } }),
    ];

    expect(mergeParams(layers).params).toStrictEqual({ max_tokens: 10 });
  });

  test("the typed field beats the custom one of the same level", () => {
    const merged = mergeParams([record("c", { max_tokens: 10, custom_params: { num_predict: 20 } })]);

    expect(merged.params).toStrictEqual({ max_tokens: 10 });
  });

  test("a custom value that its parameter cannot have is dropped with a note", () => {
    const merged = mergeParams([record("c", { custom_params: { num_predict: "many" } })]);

    expect(merged.params).toStrictEqual({});
    expect(merged.notes).toMatchObject([{ param: "num_predict", action: "dropped" }]);
  });

  test("JSON text in a custom parameter is parsed, with a note", () => {
    const merged = mergeParams([record("c", { custom_params: { chat_template_kwargs: '{"a":1}' } })]);

    expect(merged.params).toStrictEqual({ custom_params: { chat_template_kwargs: { a: 1 } } });
    expect(merged.notes).toMatchObject([{ param: "chat_template_kwargs", action: "converted" }]);
  });
});

const layer = fc.record({
  params: fc.record(
    { temperature: fc.constantFrom(0, 0.5, 1), max_tokens: fc.integer({ min: 1, max: 9 }) },
    { requiredKeys: [] },
  ),
  modes: fc.record(
    { max_tokens: fc.constantFrom<"default" | "fixed" | "max">("default", "fixed", "max") },
    { requiredKeys: [] },
  ),
});

property.prop([fc.array(layer, { maxLength: 5 })])(
  "nothing is invented, and no result exceeds a max of any level",
  (levels) => {
    const layers = levels.map(({ params, modes }, at) => record(String(at), params, modes));

    const { params } = mergeParams(layers);

    const caps = levels.flatMap(({ params: { max_tokens: cap }, modes }) =>
      modes.max_tokens === "max" && cap !== undefined ? [cap] : [],
    );
    const set = new Set(levels.flatMap((level) => Object.keys(level.params)));
    expect(Object.keys(params).every((name) => set.has(name))).toBe(true);
    expect(params.max_tokens ?? 0).toBeLessThanOrEqual(Math.min(...caps, 9));
  },
);

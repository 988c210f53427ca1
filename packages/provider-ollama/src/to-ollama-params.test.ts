import type { JsonObject, JsonValue, ParamNote } from "@corral/core";
import { describe, expect, test } from "vitest";
import { ollamaOptionShapes } from "./ollama-param-table.ts";
import { unknownServer, type OllamaServer } from "./ollama-server.ts";
import { parseOllamaVersion, type OllamaFeature } from "./ollama-version.ts";
import { toOllamaParams } from "./to-ollama-params.ts";

function convert(params: object, more: { extensions?: JsonObject; server?: OllamaServer } = {}) {
  return toOllamaParams(params, {
    extensions: more.extensions,
    facts: undefined,
    server: more.server ?? unknownServer,
  });
}

function serverOf(version: string, ...lacks: OllamaFeature[]): OllamaServer {
  return { version: parseOllamaVersion(version), lacks: new Set(lacks) };
}

const actions = (notes: readonly ParamNote[]) => notes.map(({ param, action }) => [param, action]);

describe("option types", () => {
  const integers = ["num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "draft_num_predict"];
  const more = ["num_keep", "seed", "num_predict", "top_k", "repeat_last_n"];
  const floats = ["temperature", "top_p", "min_p", "typical_p", "repeat_penalty"];
  const penalties = ["presence_penalty", "frequency_penalty"];
  const wrong: [string, JsonValue][] = [
    ...[...integers, ...more].flatMap((name): [string, JsonValue][] => [
      [name, "8"],
      [name, 1.5],
      [name, [1]],
    ]),
    ...[...floats, ...penalties].flatMap((name): [string, JsonValue][] => [
      [name, "0.5"],
      [name, true],
      [name, {}],
    ]),
    ["use_mmap", "yes"],
    ["use_mmap", 1],
    ["stop", "END"],
    ["stop", ["END", 7]],
    ["num_predict", 0],
  ];

  test("[vector 22] all twenty are among the wrong ones below", () => {
    const tested = new Set(wrong.map(([name]) => name));

    expect(tested.size).toBe(20);
    expect([...tested].filter((name) => !Object.hasOwn(ollamaOptionShapes, name))).toEqual([]);
  });

  test.each(wrong)("[vector 22] options.%s = %j is refused by name, not by Ollama's 500", (name, value) => {
    const error = expect.objectContaining({
      code: "invalid_input",
      message: expect.stringContaining(`options.${name}`) as unknown,
    });

    expect(() => convert({ custom_params: { options: { [name]: value } } })).toThrow(error);
    expect(() => convert({}, { extensions: { options: { [name]: value } } })).toThrow(error);
  });

  test.each(wrong.filter(([name]) => name !== "stop" && name !== "num_predict"))(
    "[vector 22] so is %s = %j among the params of a caller without types",
    (name, value) => {
      expect(() => convert({ [name]: value })).toThrow(
        expect.objectContaining({
          code: "invalid_input",
          message: expect.stringContaining(name) as unknown,
        }),
      );
    },
  );

  test("[vector 22] max_tokens of 0 never becomes num_predict: 0", () => {
    expect(() => convert({ max_tokens: 0 })).toThrow(/^max_tokens: must not be 0/u);
    expect(convert({ custom_params: { options: { num_predict: -1 } } }).fields["options"]).toEqual({
      num_predict: -1,
    });
  });

  test("null is no value, as for Ollama", () => {
    expect(convert({ temperature: null, custom_params: { options: { seed: null } } })).toEqual({
      fields: {},
      notes: [],
    });
  });

  test("options that are no object are refused", () => {
    expect(() => convert({}, { extensions: { options: ["temperature"] } })).toThrow(/must be an object/u);
  });
});

describe("stop", () => {
  test.each([
    ["a text", "END", ["END"]],
    ["a list", ["a", "b"], ["a", "b"]],
    ["more than four", ["a", "b", "c", "d", "e"], ["a", "b", "c", "d", "e"]],
    ["no texts", [], undefined],
    ["nothing", null, undefined],
  ])("[vector 21] %s", (_, stop, sent) => {
    expect(convert({ stop }).fields).toEqual(sent === undefined ? {} : { options: { stop: sent } });
  });

  test("[vector 21] what is no text is refused", () => {
    expect(() => convert({ stop: [7] })).toThrow(/^stop\.0/u);
    expect(() => convert({ stop: 7 })).toThrow(/^stop/u);
  });
});

describe("keep_alive", () => {
  test.each(["5m", "1h30m", "300ms", "-1s", 300, -1, 0])("[vector 44] sends %j", (keep_alive) => {
    expect(convert({ keep_alive }).fields).toEqual({ keep_alive });
    expect(convert({}, { extensions: { keep_alive } }).fields).toEqual({ keep_alive });
  });

  test.each(["-1", "5", "soon", "", 1.5, true])("[vector 44] refuses %j", (keep_alive) => {
    expect(() => convert({ keep_alive })).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        details: expect.objectContaining({ param: "keep_alive" }) as unknown,
      }),
    );
  });
});

describe("what comes untyped", () => {
  test("names of a param are that param, and never beat it", () => {
    const { fields, notes } = convert(
      { temperature: 0.1 },
      { extensions: { top_k: 5, max_completion_tokens: 9, temperature: 2, think: true, format: "json" } },
    );

    expect(fields).toEqual({
      options: { temperature: 0.1, top_k: 5, num_predict: 9 },
      think: "medium",
      format: "json",
    });
    expect(notes).toContainEqual({
      param: "temperature",
      action: "dropped",
      reason: "temperature is given already",
    });
  });

  test("[vector 20] max_completion_tokens beats max_tokens, whatever their order", () => {
    for (const extensions of [
      { max_tokens: 5, max_completion_tokens: 9 },
      { max_completion_tokens: 9, max_tokens: 5 },
    ])
      expect(convert({}, { extensions }).fields).toEqual({ options: { num_predict: 9 } });
    expect(() => convert({}, { extensions: { max_completion_tokens: 0 } })).toThrow(
      /max_tokens: must not be 0/u,
    );
  });

  test.each([{ modalities: ["text", "audio"] }, { web_search_options: {} }, { functions: [] }])(
    "%j is refused: the answer would be another one",
    (extensions) => {
      expect(() => convert({}, { extensions })).toThrow(
        expect.objectContaining({ code: "unsupported_feature" }),
      );
    },
  );

  test("truncate and shift are switches", () => {
    expect(convert({}, { extensions: { truncate: false, shift: true } }).fields).toEqual({
      truncate: false,
      shift: true,
    });
    expect(() => convert({}, { extensions: { truncate: "no" } })).toThrow(
      /^truncate: must be true or false/u,
    );
  });

  test("[vector 27] a schema that is missing is refused, and so is a form of another kind", () => {
    expect(() => convert({ response_format: { type: "json_schema", json_schema: { name: "x" } } })).toThrow(
      /^response_format\.json_schema\.schema/u,
    );
    expect(() => convert({ response_format: { type: "grammar" } })).toThrow(/^response_format\.type/u);
  });
});

describe("[vector 46] what the server's version lacks is left out with a note", () => {
  const schema = { type: "json_schema", json_schema: { name: "x", schema: { type: "object" } } };

  test.each<[string, object, string, object | undefined]>([
    ["min_p", { min_p: 0.1 }, "0.3.0", undefined],
    ["min_p", { min_p: 0.1 }, "0.3.1", { options: { min_p: 0.1 } }],
    ["draft_num_predict", { draft_num_predict: 4 }, "0.29.9", undefined],
    ["draft_num_predict", { draft_num_predict: 4 }, "0.30.0", { options: { draft_num_predict: 4 } }],
    ["mirostat", { mirostat: 1 }, "0.6.8", { options: { mirostat: 1 } }],
    ["mirostat", { mirostat: 1 }, "0.7.0", undefined],
    ["tfs_z", { tfs_z: 1 }, "0.5.1", { options: { tfs_z: 1 } }],
    ["tfs_z", { tfs_z: 1 }, "0.5.2", undefined],
    ["penalize_newline", { penalize_newline: true }, "0.5.4", { options: { penalize_newline: true } }],
    ["penalize_newline", { penalize_newline: true }, "0.5.5", undefined],
    ["use_mlock", { use_mlock: true }, "0.0.0", undefined],
    ["low_vram", { custom_params: { options: { low_vram: true } } }, "0.33.0", undefined],
    ["f16_kv", { custom_params: { options: { f16_kv: true } } }, "0.6.8", { options: { f16_kv: true } }],
    ["truncate", { custom_params: { truncate: false } }, "0.12.5", undefined],
    ["truncate", { custom_params: { truncate: false } }, "0.12.6", { truncate: false }],
    ["reasoning_effort", { reasoning_effort: "none" }, "0.8.0", undefined],
    ["reasoning_effort", { reasoning_effort: "none" }, "0.9.0", { think: false }],
    ["reasoning_effort", { reasoning_effort: "high" }, "0.10.1", { think: true }],
    ["reasoning_effort", { reasoning_effort: "high" }, "0.11.0", { think: "high" }],
    ["reasoning_effort", { reasoning_effort: "max" }, "0.21.9", { think: "high" }],
    ["reasoning_effort", { reasoning_effort: "xhigh" }, "0.22.0", { think: "max" }],
    ["response_format", { response_format: schema }, "0.4.9", { format: "json" }],
    ["response_format", { response_format: schema }, "0.5.0", { format: { type: "object" } }],
  ])("%s: %j at %s", (...[param, params, version, fields]) => {
    const converted = convert(params, { server: serverOf(version) });

    expect(converted.fields).toEqual(fields ?? {});
    if (fields === undefined) expect(actions(converted.notes)).toEqual([[param, "dropped"]]);
  });

  test("a server of unknown version gets everything", () => {
    expect(convert({ mirostat: 1, min_p: 0.1 })).toEqual({
      fields: { options: { mirostat: 1, min_p: 0.1 } },
      notes: [],
    });
  });

  test("what it refused before is not sent again", () => {
    const { fields, notes } = convert({ reasoning_effort: "low" }, { server: serverOf("0.33.0", "think") });

    expect(fields).toEqual({});
    expect(notes).toEqual([
      { param: "reasoning_effort", action: "dropped", reason: "the server refused it" },
    ]);
  });
});

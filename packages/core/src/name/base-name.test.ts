import { expect, test } from "vitest";
import { toLayers } from "../chat/resolve-chat-request.ts";
import { mergeParams } from "../model/merge-params.ts";
import { baseNameKey, saveBaseNameSchema, untaggedName } from "./base-name.ts";

test.each([
  ["llama3:8b", "llama3"],
  ["llama3", "llama3"],
  ["LLaMA3:Latest", "LLaMA3"],
  ["lab.llama3:8b", "lab.llama3"],
  ["hf.co/someone/model:Q4_K_M", "hf.co/someone/model"],
  ["registry.local:5000/team/model", "registry.local:5000/team/model"],
  ["registry.local:5000/team/model:7b", "registry.local:5000/team/model"],
])("%s is a tag of %s", (id, name) => {
  expect(untaggedName(id)).toBe(name);
  expect(baseNameKey(id)).toBe(name.toLowerCase());
});

test("a name with a tag is no base name", () => {
  expect(saveBaseNameSchema.safeParse({ name: "llama3:8b" }).success).toBe(false);
  expect(saveBaseNameSchema.safeParse({ name: "llama3", meta: { hidden: true } }).success).toBe(false);
  expect(saveBaseNameSchema.safeParse({ name: "llama3", access: { kind: "public" } }).success).toBe(false);
});

test("in the chain of params a base name stands above the connection and below the settings of the tag", () => {
  const config = { paramModes: {}, capabilities: {} };
  const layers = toLayers({
    connectionParams: { temperature: 1, top_p: 1, seed: 1, num_ctx: 1024 },
    records: [
      { uid: "override", params: { top_p: 0.3, seed: 3 }, ...config },
      { uid: "family", params: { temperature: 0.2, top_p: 0.2, seed: 2 }, ...config, of: "base_name" },
    ],
  });

  const { params, origins } = mergeParams([
    ...layers,
    { source: { kind: "request" }, params: { seed: 4 }, modes: {} },
  ]);

  expect(params).toEqual({ num_ctx: 1024, temperature: 0.2, top_p: 0.3, seed: 4 });
  expect(Object.fromEntries([...origins].map(([name, { source }]) => [name, source]))).toEqual({
    num_ctx: { kind: "connection" },
    temperature: { kind: "base_name", uid: "family" },
    top_p: { kind: "record", uid: "override" },
    seed: { kind: "request" },
  });
});

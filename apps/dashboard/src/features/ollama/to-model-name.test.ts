import { expect, it } from "vitest";

import { toModelName } from "./to-model-name.ts";

it.each([
  ["llama3.2", "llama3.2"],
  ["  qwen3:8b ", "qwen3:8b"],
  ["ollama pull gemma3:4b", "gemma3:4b"],
  ["ollama run hf.co/bartowski/tiny:Q4_K_M", "hf.co/bartowski/tiny:Q4_K_M"],
  ["ollama/pull", "ollama/pull"],
])("finds the name in %s", (typed, name) => {
  expect(toModelName(typed)).toBe(name);
});

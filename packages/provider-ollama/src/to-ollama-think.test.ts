import type { ModelFacts, ModelParams } from "@corral/core";
import { expect, test } from "vitest";
import { unknownServer } from "./ollama-server.ts";
import { toOllamaThink } from "./to-ollama-think.ts";

type Effort = NonNullable<ModelParams["reasoning_effort"]>;

const gptOss: ModelFacts = { family: "gptoss", capabilities: ["completion", "thinking"] };
const qwen: ModelFacts = { family: "qwen3", capabilities: ["completion", "thinking"] };
const unknown: ModelFacts = {};

test.each<[Effort, string, ModelFacts, unknown, string]>([
  ["none", "levels alone", gptOss, "low", "clamped"],
  ["minimal", "levels alone", gptOss, "low", "converted"],
  ["low", "levels alone", gptOss, "low", "converted"],
  ["medium", "levels alone", gptOss, "medium", "converted"],
  ["high", "levels alone", gptOss, "high", "converted"],
  ["xhigh", "levels alone", gptOss, "high", "clamped"],
  ["max", "levels alone", gptOss, "high", "clamped"],
  ["none", "a switch alone", qwen, false, "converted"],
  ["minimal", "a switch alone", qwen, true, "converted"],
  ["max", "a switch alone", qwen, true, "converted"],
  ["none", "who knows what", unknown, false, "converted"],
  ["minimal", "who knows what", unknown, "low", "converted"],
  ["high", "who knows what", unknown, "high", "converted"],
  ["xhigh", "who knows what", unknown, "max", "converted"],
  ["max", "who knows what", unknown, "max", "converted"],
])("[vector 28] %s for a model with %s", (...[effort, , facts, think, action]) => {
  const converted = toOllamaThink(effort, facts, unknownServer);

  expect(converted).toMatchObject({ think, note: { param: "reasoning_effort", action } });
});

test("[vector 28] is not sent to a model that does not think", () => {
  expect(toOllamaThink("high", { capabilities: ["completion"] }, unknownServer)).toEqual({
    think: undefined,
    note: { param: "reasoning_effort", action: "dropped", reason: "the model does not think" },
  });
});

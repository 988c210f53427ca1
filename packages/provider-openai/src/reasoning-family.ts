import type { ModelParams } from "@corral/core";

/**
 * Which of OpenAI's reasoning models a model is; they refuse parameters that others take.
 *
 * Told by the name, as OpenAI's list says nothing else: `o3-mini`, `gpt-5-mini`, `openai/gpt-5.2`, `ft:gpt-5:org::id`.
 */
export type ReasoningFamily = "o-series" | "gpt-5" | "gpt-5.1";

export function reasoningFamilyOf(model: string): ReasoningFamily | undefined {
  const name = (model.split("/").at(-1) ?? model).replace(/^ft:/u, "").toLowerCase();
  if (name.includes("-chat")) return undefined;
  if (/^o\d/u.test(name)) return "o-series";
  if (/^gpt-5(?![.\d])/u.test(name)) return "gpt-5";
  return /^gpt-(?:5\.\d|[6-9]|[1-9]\d)/u.test(name) ? "gpt-5.1" : undefined;
}

type Effort = NonNullable<ModelParams["reasoning_effort"]>;

/** The nearest effort that each family accepts. */
export const nearestEffort: Readonly<Record<ReasoningFamily, Readonly<Record<Effort, Effort>>>> = {
  "o-series": {
    none: "low",
    minimal: "low",
    low: "low",
    medium: "medium",
    high: "high",
    xhigh: "high",
    max: "high",
  },
  "gpt-5": {
    none: "minimal",
    minimal: "minimal",
    low: "low",
    medium: "medium",
    high: "high",
    xhigh: "high",
    max: "high",
  },
  "gpt-5.1": {
    none: "none",
    minimal: "low",
    low: "low",
    medium: "medium",
    high: "high",
    xhigh: "xhigh",
    max: "max",
  },
};

/** Parameters that a family refuses, whatever their value. */
const refused: Readonly<Record<ReasoningFamily, ReadonlySet<string>>> = {
  "o-series": new Set([
    "temperature",
    "top_p",
    "logprobs",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
    "parallel_tool_calls",
    "stop",
  ]),
  "gpt-5": new Set([
    "temperature",
    "top_p",
    "logprobs",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
  ]),
  "gpt-5.1": new Set(["presence_penalty", "frequency_penalty", "logit_bias"]),
};

const needNoReasoning = new Set(["temperature", "top_p", "logprobs"]);

/** Why a reasoning model would refuse a parameter; `undefined` when it would not. */
export function refusalOf(
  param: string,
  family: ReasoningFamily,
  effort: Effort | undefined,
): string | undefined {
  if (refused[family].has(param)) return "OpenAI's reasoning models refuse it";
  if (family === "gpt-5.1" && needNoReasoning.has(param) && effort !== "none") {
    return "OpenAI's reasoning models take it only with reasoning_effort none";
  }
  if (param === "parallel_tool_calls" && effort === "minimal")
    return "the model refuses it with minimal reasoning";
  return undefined;
}

import { reasoningEfforts, type ModelParams } from "@corral/core";

export type ReasoningEffort = NonNullable<ModelParams["reasoning_effort"]>;

/** What some of OpenAI's reasoning models have in common: what they refuse that others take. */
export type ReasoningFamily = {
  /** Their names, without publisher and `ft:`; dated snapshots and fine-tunes inherit. */
  readonly models: RegExp;
  /** Refused whatever the value. */
  readonly refuses: ReadonlySet<string>;
  /** Refused unless the effort is `none`. */
  readonly refusesWhileReasoning: ReadonlySet<string>;
  readonly efforts: readonly ReasoningEffort[];
  /** The role that instructions have. */
  readonly instructions: "developer" | "user";
};

const sampling = ["temperature", "top_p", "logprobs"];
const biasing = ["presence_penalty", "frequency_penalty", "logit_bias"];

const strict = {
  refuses: new Set([...sampling, ...biasing]),
  refusesWhileReasoning: new Set<string>(),
  instructions: "developer",
} as const;
const oSeries = {
  ...strict,
  refuses: new Set([...sampling, ...biasing, "parallel_tool_calls"]),
  efforts: ["low", "medium", "high"],
} as const;
const relaxed = {
  ...strict,
  refuses: new Set(biasing),
  refusesWhileReasoning: new Set(sampling),
} as const;

/** The first that matches counts. */
const families: readonly ReasoningFamily[] = [
  { ...oSeries, models: /^o1-(?:mini|preview)/u, efforts: [], instructions: "user" },
  { ...oSeries, models: /^o(?:3|4-mini)/u, refuses: new Set([...oSeries.refuses, "stop"]) },
  { ...oSeries, models: /^o\d/u },
  { ...strict, models: /^gpt-5-pro/u, efforts: ["high"] },
  { ...strict, models: /^gpt-5(?![.\d])/u, efforts: ["minimal", "low", "medium", "high"] },
  { ...relaxed, models: /^gpt-5\.1(?!\d|.*codex-max)/u, efforts: ["none", "low", "medium", "high"] },
  {
    ...relaxed,
    models: /^gpt-(?:5\.\d|[6-9]|[1-9]\d)/u,
    efforts: ["none", "low", "medium", "high", "xhigh", "max"],
  },
];

/**
 * Which of OpenAI's reasoning models a model is; `undefined` for every other.
 *
 * Told by the name, as OpenAI's list says nothing else: `o3-mini`, `gpt-5-mini`, `openai/gpt-5.2`, `ft:gpt-5:org::id`.
 */
export function reasoningFamilyOf(model: string): ReasoningFamily | undefined {
  const name = (model.split("/").at(-1) ?? model).replace(/^ft:/u, "").toLowerCase();
  return name.includes("-chat") ? undefined : families.find((family) => family.models.test(name));
}

/** The accepted effort that is nearest, rather the higher one; `undefined` when none is accepted. */
export function nearestEffort(
  effort: ReasoningEffort,
  accepted: readonly ReasoningEffort[],
): ReasoningEffort | undefined {
  const distance = (other: ReasoningEffort) =>
    Math.abs(reasoningEfforts.indexOf(other) - reasoningEfforts.indexOf(effort));
  return accepted.reduce<ReasoningEffort | undefined>(
    (best, next) => (best === undefined || distance(next) <= distance(best) ? next : best),
    undefined,
  );
}

/** Why a reasoning model would refuse a parameter; `undefined` when it would not. */
export function refusalOf(
  param: string,
  family: ReasoningFamily,
  effort: ReasoningEffort | undefined,
): string | undefined {
  if (family.refuses.has(param)) return "OpenAI's reasoning models refuse it";
  if (family.refusesWhileReasoning.has(param) && effort !== "none") {
    return "OpenAI's reasoning models take it only with reasoning_effort none";
  }
  if (param === "parallel_tool_calls" && effort === "minimal")
    return "the model refuses it with minimal reasoning";
  return undefined;
}

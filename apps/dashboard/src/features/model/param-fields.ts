import type { ParamName } from "@corral/core";

/** How one parameter is edited. The bounds repeat the schema's, so that it need not be shipped; a test compares them. */
export type ParamField =
  | { kind: "number"; min?: number; max?: number; step: number; canCap?: true }
  | { kind: "switch" }
  | { kind: "choice"; choices: readonly string[] }
  | { kind: "lines" }
  | { kind: "text" }
  | { kind: "json" };

export type ParamGroup = "sampling" | "length" | "repetition" | "reasoning" | "output" | "runtime";
type EditedParam = Exclude<ParamName, "system">;

const int = (min: number): ParamField => ({ kind: "number", min, step: 1 });
const onOff: ParamField = { kind: "switch" };
const json: ParamField = { kind: "json" };

/** The system prompt has a section of its own; every other parameter is here. */
export const paramGroups: Readonly<Record<ParamGroup, Partial<Record<EditedParam, ParamField>>>> = {
  sampling: {
    temperature: { kind: "number", min: 0, max: 2, step: 0.05, canCap: true },
    top_p: { kind: "number", min: 0, max: 1, step: 0.01, canCap: true },
    top_k: { kind: "number", min: 0, step: 1, canCap: true },
    min_p: { kind: "number", min: 0, max: 1, step: 0.01 },
    typical_p: { kind: "number", min: 0, max: 1, step: 0.01 },
    tfs_z: { kind: "number", step: 0.1 },
    seed: { kind: "number", step: 1 },
  },
  length: {
    max_tokens: { kind: "number", min: 1, step: 1, canCap: true },
    stop: { kind: "lines" },
    num_ctx: { kind: "number", min: 4, step: 1, canCap: true },
  },
  repetition: {
    frequency_penalty: { kind: "number", min: -2, max: 2, step: 0.1 },
    presence_penalty: { kind: "number", min: -2, max: 2, step: 0.1 },
    repeat_penalty: { kind: "number", min: 0, step: 0.05 },
    repeat_last_n: int(-1),
    penalize_newline: onOff,
    mirostat: { kind: "number", min: 0, max: 2, step: 1 },
    mirostat_tau: { kind: "number", min: 0, step: 0.1 },
    mirostat_eta: { kind: "number", min: 0, step: 0.05 },
  },
  reasoning: {
    reasoning_effort: {
      kind: "choice",
      choices: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
    },
  },
  output: { stream: onOff, response_format: json, logit_bias: json },
  runtime: {
    keep_alive: { kind: "text" },
    num_gpu: int(-1),
    main_gpu: int(0),
    num_thread: int(0),
    num_batch: int(1),
    num_keep: int(-1),
    draft_num_predict: int(0),
    use_mmap: onOff,
    use_mlock: onOff,
    low_vram: onOff,
    custom_params: json,
  },
};
export const groupNames = Object.keys(paramGroups) as readonly ParamGroup[]; // safe: the keys of the object above

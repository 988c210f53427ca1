import type { JsonObject } from "../server/json-object.ts";
import { quoted } from "./go-text.ts";
import { hasFeature } from "./ollama-version.ts";

type OptionType = "integer" | "float32" | "boolean" | "array";

/** The options that version 0.30 and later know. Others are ignored without a word, as the real server does. */
const optionTypes: { [name: string]: OptionType } = {
  num_ctx: "integer",
  num_batch: "integer",
  num_gpu: "integer",
  main_gpu: "integer",
  use_mmap: "boolean",
  num_thread: "integer",
  draft_num_predict: "integer",
  num_keep: "integer",
  seed: "integer",
  num_predict: "integer",
  temperature: "float32",
  top_k: "integer",
  top_p: "float32",
  min_p: "float32",
  typical_p: "float32",
  repeat_last_n: "integer",
  repeat_penalty: "float32",
  presence_penalty: "float32",
  frequency_penalty: "float32",
  stop: "array",
};

/** What versions up to 0.6.8 knew beside them. */
const olderTypes: { [name: string]: OptionType } = {
  mirostat: "integer",
  mirostat_tau: "float32",
  mirostat_eta: "float32",
  use_mlock: "boolean",
  low_vram: "boolean",
  f16_kv: "boolean",
  vocab_only: "boolean",
  logits_all: "boolean",
};

/** The first complaint the real server would have about these options; it answers it with HTTP 500. */
export function findOptionError(options: JsonObject, version: string): string | undefined {
  const { draft_num_predict: draft, ...others } = optionTypes;
  const known: { [name: string]: OptionType } = {
    ...others,
    ...(hasFeature(version, "todaysOptions") ? {} : olderTypes),
    ...(draft && hasFeature(version, "draftModels") && { draft_num_predict: draft }),
  };
  for (const [name, value] of Object.entries(options)) {
    const type = Object.hasOwn(known, name) ? known[name] : undefined;
    if (type === undefined || value === null || isOfType[type](value)) continue;
    return `option ${quoted(name)} must be of type ${type}`;
  }
  const { stop } = options;
  if (Array.isArray(stop) && !stop.every((mark) => typeof mark === "string")) {
    return 'option "stop" must be of an array of strings';
  }
  return undefined;
}

const isOfType: { [type in OptionType]: (value: unknown) => boolean } = {
  integer: (value) => typeof value === "number",
  float32: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
};

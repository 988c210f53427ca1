import { reservedParams, type ParamName } from "@corral/core";

/** How a parameter travels: as a field of OpenAI's own API, as an extension that compatible servers may know, or by a function of its own. */
type Destination = "standard" | "extension" | "handled";

/** Each parameter has a place. */
export const openaiParams = {
  temperature: "standard",
  top_p: "standard",
  top_k: "extension",
  min_p: "extension",
  max_tokens: "handled",
  frequency_penalty: "standard",
  presence_penalty: "standard",
  seed: "standard",
  stop: "handled",
  response_format: "standard",
  logit_bias: "standard",
  reasoning_effort: "handled",
  stream: "handled",
  system: "handled",
  custom_params: "handled",
  num_ctx: "extension",
  num_batch: "extension",
  num_gpu: "extension",
  main_gpu: "extension",
  use_mmap: "extension",
  num_thread: "extension",
  draft_num_predict: "extension",
  num_keep: "extension",
  typical_p: "extension",
  repeat_last_n: "extension",
  repeat_penalty: "extension",
  mirostat: "extension",
  mirostat_tau: "extension",
  mirostat_eta: "extension",
  tfs_z: "extension",
  penalize_newline: "extension",
  use_mlock: "extension",
  low_vram: "extension",
  keep_alive: "extension",
} as const satisfies Record<ParamName, Destination>;

/** Further fields that OpenAI's own API knows. It answers 400 to any other. */
export const openaiFields: ReadonlySet<string> = new Set([
  "audio",
  "function_call",
  "functions",
  "metadata",
  "modalities",
  "moderation",
  "prediction",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "safety_identifier",
  "service_tier",
  "store",
  "user",
  "verbosity",
  "web_search_options",
]);

/** Fields that Corral writes itself; untyped ones of the same name never get through. */
export const ownFields: ReadonlySet<string> = new Set([
  ...reservedParams.filter((name) => name !== "user"),
  "tool_choice",
  "parallel_tool_calls",
  "logprobs",
  "top_logprobs",
  "max_tokens",
  "max_completion_tokens",
]);

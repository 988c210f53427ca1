import type { ModelParams } from "../model/model-params.ts";

/** A value of each parameter that reaches a provider. A new parameter needs one, else this does not compile. */
export const paramSamples = {
  temperature: 0.3,
  top_p: 0.9,
  top_k: 40,
  min_p: 0.05,
  max_tokens: 20,
  frequency_penalty: 0.5,
  presence_penalty: 0.25,
  seed: 7,
  stop: ["END"],
  response_format: { type: "json_object" },
  logit_bias: { "50256": -100 },
  reasoning_effort: "low",
  custom_params: { x_of_this_server: 1 },
  num_ctx: 4_096,
  num_batch: 256,
  num_gpu: 1,
  main_gpu: 1,
  use_mmap: false,
  num_thread: 2,
  draft_num_predict: 3,
  num_keep: 5,
  typical_p: 0.8,
  repeat_last_n: 32,
  repeat_penalty: 1.2,
  mirostat: 1,
  mirostat_tau: 4.5,
  mirostat_eta: 0.2,
  tfs_z: 0.7,
  penalize_newline: false,
  use_mlock: true,
  low_vram: true,
  keep_alive: "5m",
  // `stream` is decided by the method, and `system` stands among the messages already.
} as const satisfies Omit<Required<ModelParams>, "stream" | "system">;

export type SampledParam = keyof typeof paramSamples;

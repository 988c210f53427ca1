import { ollamaOptionShape, type ParamName } from "@corral/core";
import { z } from "zod";

/** Where a parameter goes in a request of `/api/chat`. */
type Destination =
  /** A model option, type-checked by Ollama. */
  | { readonly option: string }
  /** A field of the request itself. */
  | { readonly field: string }
  | { readonly unsupported: string }
  /** Decided by a function of its own. */
  | { readonly handled: true };

const option = (name: string): Destination => ({ option: name });
const handled: Destination = { handled: true };

/** Each parameter has a place, or a reason why it has none. */
export const ollamaParams = {
  temperature: option("temperature"),
  top_p: option("top_p"),
  top_k: option("top_k"),
  min_p: option("min_p"),
  max_tokens: option("num_predict"),
  frequency_penalty: option("frequency_penalty"),
  presence_penalty: option("presence_penalty"),
  seed: option("seed"),
  stop: option("stop"),
  response_format: handled,
  logit_bias: { unsupported: "Ollama cannot bias tokens" },
  reasoning_effort: handled,
  stream: handled,
  system: handled,
  custom_params: handled,
  num_ctx: option("num_ctx"),
  num_batch: option("num_batch"),
  num_gpu: option("num_gpu"),
  main_gpu: option("main_gpu"),
  use_mmap: option("use_mmap"),
  num_thread: option("num_thread"),
  draft_num_predict: option("draft_num_predict"),
  num_keep: option("num_keep"),
  typical_p: option("typical_p"),
  repeat_last_n: option("repeat_last_n"),
  repeat_penalty: option("repeat_penalty"),
  mirostat: option("mirostat"),
  mirostat_tau: option("mirostat_tau"),
  mirostat_eta: option("mirostat_eta"),
  tfs_z: option("tfs_z"),
  penalize_newline: option("penalize_newline"),
  use_mlock: option("use_mlock"),
  low_vram: option("low_vram"),
  keep_alive: { field: "keep_alive" },
} as const satisfies Record<ParamName, Destination>;

const { keep_alive: _, ...optionShape } = ollamaOptionShape;

/** Ollama answers 500 to an option of a wrong type, so those that come untyped are checked here. */
export const ollamaOptionsSchema = z.strictObject({
  ...optionShape,
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  top_k: z.int().optional(),
  min_p: z.number().optional(),
  // 0 means "nothing" on one path of the server and "no limit" on another.
  num_predict: z
    .int()
    .refine((count) => count !== 0, "must not be 0")
    .optional(),
  frequency_penalty: z.number().optional(),
  presence_penalty: z.number().optional(),
  seed: z.int().optional(),
  stop: z.array(z.string()).optional(),
});

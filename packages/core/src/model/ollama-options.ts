import { z } from "zod";

const int = z.int();
const float = z.number();

/**
 * Ollama's model options with their types, by their names on the wire.
 *
 * The server answers 500 to a wrong type and drops unknown names silently, so types are checked here.
 * Defaults belong to Ollama: what is absent is not sent.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/modelfile.mdx#valid-parameters-and-values
 */
export const ollamaOptionShape = {
  num_ctx: int.min(4).optional(),
  num_batch: int.min(1).optional(),
  num_gpu: int.min(-1).optional(),
  main_gpu: int.min(0).optional(),
  use_mmap: z.boolean().optional(),
  num_thread: int.min(0).optional(),
  draft_num_predict: int.min(0).optional(),
  num_keep: int.min(-1).optional(),
  typical_p: float.min(0).max(1).optional(),
  repeat_last_n: int.min(-1).optional(),
  repeat_penalty: float.min(0).optional(),
  mirostat: int.min(0).max(2).optional(),
  mirostat_tau: float.min(0).optional(),
  mirostat_eta: float.min(0).optional(),
  tfs_z: float.optional(),
  penalize_newline: z.boolean().optional(),
  use_mlock: z.boolean().optional(),
  low_vram: z.boolean().optional(),
  keep_alive: z
    .union([
      z.int(),
      z.string().regex(/^-?\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))*$/u),
    ])
    .optional(),
} as const;

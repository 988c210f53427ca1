import { ollamaOptionShape, type ParamName } from "@corral/core";
import type { ParamTableRow } from "@corral/provider-kit";
import { z } from "zod";
import { ollamaFeatures, type OllamaFeature } from "./ollama-version.ts";

/** What becomes of a parameter in a request to Ollama. */
type Destination =
  /** A model option, whose type Ollama checks. */
  | { readonly option: string }
  /** A field of the request itself. */
  | { readonly field: string }
  /** Decided by a function of its own; the words say what comes out. */
  | { readonly handled: string }
  /** Left out with a note: the answer is weaker, not wrong. */
  | { readonly dropped: string }
  /** Refused: without it the answer would be another one. */
  | { readonly refused: string };

export type OllamaParamRow = {
  readonly to: Destination;
  /** Type and range, for people. */
  readonly range: string;
  readonly since?: OllamaFeature;
  /** The last release that knew it. */
  readonly until?: string;
  readonly note?: string;
};

const option = (name: string, range: string, more: Omit<OllamaParamRow, "to" | "range"> = {}) => ({
  to: { option: name },
  range,
  ...more,
});
const loads = { note: "Another value loads the model again." };
const removed = (until: string) => ({ until, note: `Removed after ${until}.` });

/** Each parameter has a place, or a reason why it has none. */
export const ollamaParams = {
  temperature: option("temperature", "number, 0 to 2"),
  top_p: option("top_p", "number, 0 to 1"),
  top_k: option("top_k", "integer ≥ 0"),
  min_p: option("min_p", "number, 0 to 1", { since: "minP" }),
  max_tokens: option("num_predict", "integer ≥ 1", { note: "0 is never sent: it is ambiguous." }),
  frequency_penalty: option("frequency_penalty", "number, -2 to 2", { note: "Not `repeat_penalty`." }),
  presence_penalty: option("presence_penalty", "number, -2 to 2"),
  seed: option("seed", "integer"),
  stop: option("stop", "up to 16 texts", { note: "A single text becomes a list." }),
  response_format: {
    to: { handled: "`format`" },
    range: "text, JSON, or a JSON Schema",
    note: "The bare schema; `strict` has no effect. Schemas since 0.5.0.",
  },
  logit_bias: { to: { dropped: "Ollama cannot bias tokens" }, range: "-100 to 100 a token" },
  reasoning_effort: {
    to: { handled: "`think`" },
    range: "none, minimal, low, medium, high, xhigh, max",
    since: "think",
    note: "On or off; levels for models that have them (0.11.0), `max` since 0.22.0.",
  },
  stream: {
    to: { handled: "`stream: true`" },
    range: "boolean",
    note: "Always streamed, and collected for a whole answer.",
  },
  system: { to: { handled: "a system message" }, range: "text" },
  custom_params: { to: { handled: "the rows below" }, range: "object" },
  num_ctx: option("num_ctx", "integer ≥ 4", loads),
  num_batch: option("num_batch", "integer ≥ 1", loads),
  num_gpu: option("num_gpu", "integer ≥ -1", loads),
  main_gpu: option("main_gpu", "integer ≥ 0", loads),
  use_mmap: option("use_mmap", "boolean", loads),
  num_thread: option("num_thread", "integer ≥ 0", loads),
  draft_num_predict: option("draft_num_predict", "integer ≥ 0", { since: "draftModels", ...loads }),
  num_keep: option("num_keep", "integer ≥ -1"),
  typical_p: option("typical_p", "number, 0 to 1"),
  repeat_last_n: option("repeat_last_n", "integer ≥ -1"),
  repeat_penalty: option("repeat_penalty", "number ≥ 0"),
  mirostat: option("mirostat", "integer, 0 to 2", removed("0.6.8")),
  mirostat_tau: option("mirostat_tau", "number ≥ 0", removed("0.6.8")),
  mirostat_eta: option("mirostat_eta", "number ≥ 0", removed("0.6.8")),
  tfs_z: option("tfs_z", "number", removed("0.5.1")),
  penalize_newline: option("penalize_newline", "boolean", removed("0.5.4")),
  use_mlock: option("use_mlock", "boolean", removed("0.6.8")),
  low_vram: option("low_vram", "boolean", removed("0.6.8")),
  keep_alive: {
    to: { field: "keep_alive" },
    range: "seconds, or a duration such as 5m",
    note: "Negative: for ever. 0: unload after the answer.",
  },
} as const satisfies Record<ParamName, OllamaParamRow>;

const noSuch = { to: { dropped: "Ollama has no such parameter" }, range: "any" };
const another = (what: string) => ({ to: { refused: what }, range: "any" });

/** Fields of a request that Corral models itself. */
export const ollamaRequestFields = {
  tools: { to: { handled: "`tools`" }, range: "functions", note: "`strict` is left out." },
  tool_choice: {
    to: { handled: "fewer `tools`" },
    range: "none, auto, required, or a name",
    note: "`none` sends no tools, a name only that one; a call cannot be forced.",
  },
  parallel_tool_calls: { to: { dropped: "Ollama decides how many tools it calls" }, range: "boolean" },
  n: { to: { refused: "Ollama gives one answer a request" }, range: "1" },
  logprobs: { to: { field: "logprobs" }, range: "boolean", since: "logprobs" },
  top_logprobs: { to: { field: "top_logprobs" }, range: "integer, 0 to 20", since: "logprobs" },
} as const satisfies Record<string, OllamaParamRow>;

/** Other fields: of OpenAI requests, of `custom_params`, and options that only old servers know. */
export const ollamaFields = {
  options: {
    to: { handled: "`options`" },
    range: "object",
    note: "Each is checked; beats the parameters above; unknown ones are dropped.",
  },
  repetition_penalty: option("repeat_penalty", "number ≥ 0"),
  truncate: { to: { field: "truncate" }, range: "boolean", since: "chatTruncate" },
  shift: { to: { field: "shift" }, range: "boolean", since: "chatTruncate" },
  f16_kv: option("f16_kv", "boolean", removed("0.6.8")),
  vocab_only: option("vocab_only", "boolean", removed("0.6.8")),
  logits_all: option("logits_all", "boolean", removed("0.6.8")),
  numa: option("numa", "boolean", removed("0.3.3")),
  modalities: {
    to: { handled: "nothing, or an error" },
    range: "texts",
    note: "Spoken answers are refused: Ollama writes text.",
  },
  audio: another("Ollama does not speak"),
  web_search_options: another("Ollama does not search the web"),
  functions: another("`tools` has taken its place"),
  function_call: another("`tool_choice` has taken its place"),
  prediction: noSuch,
  verbosity: noSuch,
  service_tier: noSuch,
  store: noSuch,
  metadata: noSuch,
  user: noSuch,
  safety_identifier: noSuch,
  prompt_cache_key: noSuch,
} as const satisfies Record<string, OllamaParamRow>;

/** The rows of model options, by Ollama's names. */
export const ollamaOptionRows: ReadonlyMap<string, OllamaParamRow> = new Map(
  Object.values<OllamaParamRow>({ ...ollamaFields, ...ollamaParams }).flatMap((row) =>
    "option" in row.to ? [[row.to.option, row] as const] : [],
  ),
);

/** What becomes of each parameter: what the code does, in words. */
export const ollamaParamTable: readonly ParamTableRow[] = Object.entries<OllamaParamRow>({
  ...ollamaParams,
  ...ollamaRequestFields,
  ...ollamaFields,
}).map(([param, row]) => ({
  param,
  becomes: becomesOf(row.to),
  range: row.range,
  since:
    row.since === undefined ? (row.until === undefined ? "" : `to ${row.until}`) : ollamaFeatures[row.since],
  note: noteOf(row),
}));

function becomesOf(to: Destination): string {
  if ("option" in to) return `\`options.${to.option}\``;
  if ("field" in to) return `\`${to.field}\``;
  if ("handled" in to) return to.handled;
  return "dropped" in to ? "dropped" : "refused";
}

function noteOf({ to, note }: OllamaParamRow): string {
  if (note !== undefined) return note;
  const reason = "dropped" in to ? to.dropped : "refused" in to ? to.refused : undefined;
  return reason === undefined ? "" : `${reason}.`;
}

const { keep_alive: keepAlive, ...optionShape } = ollamaOptionShape;

/** Ollama answers 500 to an option of a wrong type, so each is checked here. Bounds are Ollama's, not those of a record. */
export const ollamaOptionShapes = {
  ...optionShape,
  temperature: z.number(),
  top_p: z.number(),
  top_k: z.int(),
  min_p: z.number(),
  // 0 means "nothing" on one path of the server and "no limit" on another.
  num_predict: z.int().refine((count) => count !== 0, "must not be 0"),
  frequency_penalty: z.number(),
  presence_penalty: z.number(),
  seed: z.int(),
  stop: z.array(z.string()),
  f16_kv: z.boolean(),
  vocab_only: z.boolean(),
  logits_all: z.boolean(),
  numa: z.boolean(),
} as const;

/** A number of seconds, or a duration with its unit: Ollama answers 400 to `"-1"`. */
export const keepAliveSchema = keepAlive;

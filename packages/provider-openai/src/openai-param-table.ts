import { reservedParams, type ParamName } from "@corral/core";
import type { ParamTableRow } from "@corral/provider-kit";

/** How a parameter travels: as a field of OpenAI's own API, as an extension that compatible servers may know, or by a function of its own. */
type Destination = "standard" | "extension" | "handled";

type ParamEntry = {
  readonly travels: Destination;
  /** The field it becomes; the same name when absent. */
  readonly becomes?: string;
  readonly range: string;
  readonly since?: string;
  readonly note: string;
};

const sampling = "reasoning models refuse it; from gpt-5.1 they take it with reasoning_effort none";
const biasing = "every reasoning model refuses it";
const extension = "not OpenAI's: left out there, kept for compatible servers that do not refuse it";
const ollama = "Ollama's option: left out for OpenAI and the hosted services, kept for servers of your own";

const sampler = (range: string, note = extension): ParamEntry => ({ travels: "extension", range, note });
const option = (range: string): ParamEntry => ({ travels: "extension", range, note: ollama });

/** Each parameter has a place, a range and a word for those who read notes. */
export const openaiParams = {
  temperature: {
    travels: "standard",
    range: "0 to 2",
    note: `${sampling}; Groq gets 1e-8 for 0, Anthropic at most 1`,
  },
  top_p: { travels: "standard", range: "0 to 1", note: sampling },
  top_k: sampler("whole, from 0"),
  min_p: sampler("0 to 1"),
  max_tokens: {
    travels: "handled",
    becomes: "max_completion_tokens; max_tokens for compatible servers",
    range: "whole, from 1",
    since: "o1",
    note: "max_tokens does not count reasoning, so OpenAI gave it up; compatible servers know nothing else",
  },
  frequency_penalty: { travels: "standard", range: "-2 to 2", note: biasing },
  presence_penalty: { travels: "standard", range: "-2 to 2", note: biasing },
  seed: {
    travels: "standard",
    becomes: "seed; random_seed for Mistral",
    range: "whole, 64 bit",
    note: "best effort everywhere; DeepSeek and Anthropic have none",
  },
  stop: {
    travels: "handled",
    range: "at most 4 for OpenAI and Groq",
    note: "more are cut off, with a note; o3 and o4-mini refuse it",
  },
  response_format: {
    travels: "standard",
    range: "text, json_object, json_schema",
    since: "json_schema: gpt-4o",
    note: "Anthropic's compatibility layer ignores it",
  },
  logit_bias: {
    travels: "standard",
    range: "token id to -100 … 100",
    note: `${biasing}; so do Groq, DeepSeek and Anthropic`,
  },
  reasoning_effort: {
    travels: "handled",
    range: "none, minimal, low, medium, high, xhigh, max",
    since: "o1; minimal: gpt-5; none: gpt-5.1; xhigh: gpt-5.2",
    note: "the nearest that the model accepts; left out for models that do not reason",
  },
  stream: {
    travels: "handled",
    range: "true, false",
    note: "always sent, with stream_options.include_usage for streams",
  },
  system: {
    travels: "handled",
    becomes: "messages",
    range: "text",
    note: "the first message: system, or developer for reasoning models",
  },
  custom_params: {
    travels: "handled",
    becomes: "the fields named in it",
    range: "JSON",
    note: "fields that Corral writes itself are left out",
  },
  num_ctx: option("whole, from 4"),
  num_batch: option("whole, from 1"),
  num_gpu: option("whole, from -1"),
  main_gpu: option("whole, from 0"),
  use_mmap: option("true, false"),
  num_thread: option("whole, from 0"),
  draft_num_predict: option("whole, from 0"),
  num_keep: option("whole, from -1"),
  typical_p: sampler("0 to 1"),
  repeat_last_n: sampler("whole, from -1"),
  repeat_penalty: {
    travels: "extension",
    becomes: "repeat_penalty; repetition_penalty for vLLM, OpenRouter, Together, Fireworks",
    range: "from 0",
    note: extension,
  },
  mirostat: sampler("0, 1, 2"),
  mirostat_tau: sampler("from 0"),
  mirostat_eta: sampler("from 0"),
  tfs_z: sampler("number"),
  penalize_newline: option("true, false"),
  use_mlock: option("true, false"),
  low_vram: option("true, false"),
  keep_alive: option("seconds, or text such as 5m"),
} as const satisfies Record<ParamName, ParamEntry>;

/** What becomes of every parameter on its way to OpenAI and compatible servers. */
export const openaiParamTable: readonly ParamTableRow[] = Object.entries<ParamEntry>(openaiParams).map(
  ([param, { becomes = param, range, since = "", note }]) => ({ param, becomes, range, since, note }),
);

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

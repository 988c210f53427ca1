import type { ParamName } from "@corral/core";
import { openaiFields } from "../openai-param-table.ts";
import type { Quirks, ServerKind } from "./quirks.ts";

/** A server of which nothing is known: everything is sent, and what it refuses is learned. */
const generic: Quirks = {
  label: "the server",
  hosts: [],
  signs: [],
  listPath: "/models",
  hasRouter: false,
  extensions: "any",
  fields: "any",
  maxTokens: "max_tokens",
  renames: {},
  drops: {},
  dropsFor: [],
  clamps: {},
  requiredToolChoice: "required",
  namedToolChoice: true,
  asksForUsage: true,
  effort: "reasoning_effort",
  families: "named",
  developerRole: "named",
  messageNames: true,
  reasoningBack: { when: "always" },
  shortCallIds: false,
  rewritesToolNames: false,
};

/** A server for open models: none of them is OpenAI's, whatever its name. */
const openModels: Quirks = { ...generic, families: "none", developerRole: "never" };
/** A hosted service that knows no extension of Corral's. */
const hosted: Quirks = { ...openModels, extensions: [] };

const openai: Quirks = {
  ...generic,
  label: "OpenAI",
  hosts: ["api.openai.com"],
  extensions: [],
  fields: openaiFields,
  maxTokens: "max_completion_tokens",
  maxStops: 4,
  families: "all",
  developerRole: "always",
  reasoningBack: { when: "never" },
};

const llamacpp: Quirks = {
  ...openModels,
  label: "llama.cpp",
  signs: [{ ownedBy: "llamacpp" }],
  extensions: [
    "top_k",
    "min_p",
    "typical_p",
    "repeat_last_n",
    "repeat_penalty",
    "mirostat",
    "mirostat_tau",
    "mirostat_eta",
    "num_keep",
  ],
  renames: { num_keep: "n_keep" },
};

const penalized = ["top_k", "min_p", "repeat_penalty"] as const satisfies readonly ParamName[];
const repetition = { repeat_penalty: "repetition_penalty" };

/** What `reason` says of each of `params`. */
function each(reason: string, ...params: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(params.map((param) => [param, reason]));
}

/**
 * One row a server. Cells come from the servers' sources and documentation as of November 2026; where neither says
 * anything, a row keeps to `generic` and leaves the rest to learning.
 */
const serverQuirks = {
  openai,
  azure: {
    ...openai,
    label: "Azure OpenAI",
    hosts: ["openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com"],
    fields: new Set([...openaiFields, "data_sources", "user_security_context"]),
  },
  vllm: {
    ...openModels,
    label: "vLLM",
    signs: [{ ownedBy: "vllm" }],
    extensions: penalized,
    renames: repetition,
  },
  "llamacpp-router": {
    ...llamacpp,
    label: "llama.cpp's router",
    signs: [{ ownedBy: "llamacpp", has: ["status.value"] }],
    hasRouter: true,
  },
  llamacpp,
  lmstudio: {
    ...openModels,
    label: "LM Studio",
    signs: [{ ownedBy: "organization_owner" }, { has: ["key", "loaded_instances"] }],
    details: { path: "/api/v1/models" },
    extensions: ["top_k", "repeat_penalty"],
    namedToolChoice: false,
    rewritesToolNames: true,
  },
  localai: { ...openModels, label: "LocalAI", signs: [{ only: ["object"], has: ["object"] }] },
  litellm: {
    ...generic,
    label: "LiteLLM",
    // the creation time of a model of 2023, which it gives to every model
    signs: [{ created: 1_677_610_602, ownedBy: "openai" }],
    details: { path: "/model/info" },
  },
  openrouter: {
    ...generic,
    label: "OpenRouter",
    hosts: ["openrouter.ai"],
    signs: [{ has: ["canonical_slug", "top_provider"] }],
    extensions: penalized,
    renames: repetition,
    reasoningBack: { when: "always", as: "reasoning" },
  },
  groq: {
    ...hosted,
    label: "Groq",
    hosts: ["api.groq.com"],
    signs: [{ has: ["active", "context_window"] }],
    fields: new Set([
      "citation_options",
      "compound_custom",
      "disable_tool_validation",
      "documents",
      "exclude_domains",

      "function_call",
      "functions",
      "include_domains",
      "include_reasoning",
      "metadata",
      "reasoning_format",
      "search_settings",
      "service_tier",
      "store",
      "user",
    ]),
    maxTokens: "max_completion_tokens",
    drops: each("Groq refuses it", "logprobs", "logit_bias"),
    clamps: { temperature: { min: 1e-8 } },
    maxStops: 4,
    maxChoices: 1,
    messageNames: false,
    reasoningBack: { when: "always", as: "reasoning" },
  },
  mistral: {
    ...hosted,
    label: "Mistral",
    hosts: ["api.mistral.ai"],
    signs: [{ has: ["capabilities.completion_chat"] }],
    fields: new Set([
      "guardrails",
      "metadata",
      "prediction",
      "prompt_cache_key",
      "prompt_mode",
      "safe_prompt",
    ]),
    renames: { seed: "random_seed" },
    drops: each("Mistral has no such parameter", "logit_bias", "logprobs"),
    requiredToolChoice: "any",
    // it refuses fields that it does not know, and its last chunk has the usage anyway
    asksForUsage: false,
    messageNames: false,
    reasoningBack: { when: "always", as: "parts" },
    shortCallIds: true,
  },
  deepseek: {
    ...hosted,
    label: "DeepSeek",
    hosts: ["api.deepseek.com"],
    signs: [{ ownedBy: "deepseek" }],
    drops: each("DeepSeek has no such parameter", "seed", "logit_bias"),
    dropsFor: [
      {
        models: /reasoner/u,
        params: ["temperature", "top_p", "presence_penalty", "frequency_penalty"],
        reason: "DeepSeek ignores it while the model thinks",
      },
    ],
    maxChoices: 1,
    effort: "thinking-type",
    reasoningBack: { when: "tool-loops", as: "reasoning_content" },
  },
  together: {
    ...openModels,
    label: "Together",
    hosts: ["api.together.xyz", "api.together.ai"],
    signs: [{ has: ["type", "pricing.hourly"] }],
    extensions: penalized,
    renames: repetition,
    reasoningBack: { when: "always", as: "reasoning" },
  },
  fireworks: {
    ...openModels,
    label: "Fireworks",
    hosts: ["api.fireworks.ai"],
    signs: [{ has: ["supports_chat"] }],
    extensions: penalized,
    renames: repetition,
  },
  xai: {
    ...hosted,
    label: "xAI",
    hosts: ["api.x.ai"],
    signs: [{ ownedBy: "xai" }],
    details: { path: "/v1/language-models" },
    dropsFor: [
      {
        models: /^grok-(?:3-mini|[4-9]|code)(?!.*non-reasoning)/u,
        params: ["stop", "presence_penalty", "frequency_penalty"],
        reason: "xAI's reasoning models refuse it",
      },
      {
        models: /-(?:non-)?reasoning/u,
        params: ["reasoning_effort"],
        reason: "the model's name says whether it reasons",
      },
    ],
  },
  gemini: {
    ...hosted,
    label: "Gemini",
    hosts: ["generativelanguage.googleapis.com"],
    signs: [{ ownedBy: "google", idStart: "models/" }],
    reasoningBack: { when: "never" },
  },
  anthropic: {
    ...hosted,
    label: "Anthropic's compatibility layer",
    hosts: ["api.anthropic.com"],
    signs: [{ has: ["display_name", "created_at"], only: ["type", "display_name", "created_at"] }],
    listPath: "/models?limit=1000",
    listAuth: { keyHeader: "x-api-key", headers: { "anthropic-version": "2023-06-01" } },
    drops: each(
      "Anthropic's compatibility layer ignores it",
      "response_format",
      "seed",
      "presence_penalty",
      "frequency_penalty",
      "logit_bias",
      "logprobs",
      "metadata",
      "prediction",
      "user",
      "store",
      "service_tier",
      "reasoning_effort",
    ),
    clamps: { temperature: { max: 1 } },
    maxChoices: 1,
    messageNames: false,
    reasoningBack: { when: "never" },
  },
  "ollama-v1": {
    ...openModels,
    label: "Ollama's /v1",
    signs: [{ someEntry: true, ownedBy: "library" }],
    extensions: [],
    drops: each(
      "Ollama's /v1 ignores it; a connection of the kind Ollama knows more",
      "tool_choice",
      "logit_bias",
      "parallel_tool_calls",
      "user",
    ),
    maxChoices: 1,
    reasoningBack: { when: "always", as: "reasoning" },
  },
  generic,
} satisfies Record<ServerKind, Quirks>;

export function quirksOf(kind: ServerKind): Quirks {
  return serverQuirks[kind];
}

import type { JsonObject } from "../server/json-object.ts";
import type { SimulatedOpenAIModel } from "./openai-models.ts";

export type Failure = {
  status: number;
  message: string;
  type: string;
  param: string | null;
  code: string | null;
};

/** In what one OpenAI-compatible product differs from the next. */
export type OpenAIProfile = {
  /** One item of the model list, beside its id. */
  listItem: (model: SimulatedOpenAIModel, nowSeconds: number) => JsonObject;
  /** The list around the items. */
  list: (items: JsonObject[]) => unknown;
  error: (failure: Failure) => unknown;
  /** Answers 400 to top-level fields it does not know. */
  refusesUnknownFields: boolean;
  /** Applies OpenAI's rules for reasoning models. */
  hasReasoningRules: boolean;
  /** Where the text of the reasoning stands; absent: it is not shown. */
  reasoningField?: "reasoning_content" | "reasoning";
  roleDelta: JsonObject;
  /** Members of every answer and chunk. */
  extras: JsonObject;
  /** Usage comes in an own last chunk on request, or always in the finish chunk. */
  usage: "on-request" | "with-finish";
  /** Members of the last chunk, or of the whole answer. */
  lastExtras: JsonObject;
  /** Comment lines before the first event. */
  comments: string[];
  idPrefix: string;
  /** Rate-limit, organization and version headers. */
  hasOpenAIHeaders: boolean;
};

const objectList = (data: JsonObject[]): JsonObject => ({ object: "list", data });
const openAIError = ({ message, type, param, code }: Failure): JsonObject => ({
  error: { message, type, param, code },
});

const openai: OpenAIProfile = {
  listItem: (model) => ({
    object: "model",
    created: model.created ?? 1_750_000_000,
    owned_by: model.ownedBy ?? "system",
  }),
  list: objectList,
  error: openAIError,
  refusesUnknownFields: true,
  hasReasoningRules: true,
  roleDelta: { role: "assistant", content: "", refusal: null },
  extras: { service_tier: "default", system_fingerprint: "fp_51mulated00" },
  usage: "on-request",
  lastExtras: {},
  comments: [],
  idPrefix: "chatcmpl-",
  hasOpenAIHeaders: true,
};

const compatible: OpenAIProfile = {
  ...openai,
  refusesUnknownFields: false,
  hasReasoningRules: false,
  roleDelta: { role: "assistant", content: "" },
  extras: {},
  hasOpenAIHeaders: false,
};

const timings = {
  cache_n: 0,
  prompt_n: 12,
  prompt_ms: 30.5,
  predicted_n: 8,
  predicted_ms: 200.25,
  predicted_per_second: 39.95,
};

/** One row a product; a new product is a new row. */
export const openAIProfiles = {
  openai,
  vllm: {
    ...compatible,
    listItem: (model, nowSeconds) => ({
      object: "model",
      created: nowSeconds,
      owned_by: "vllm",
      root: model.id,
      parent: null,
      max_model_len: model.contextLength ?? 32_768,
      permission: [{ id: "modelperm-0", object: "model_permission", allow_sampling: true }],
    }),
    error: ({ status, message, param }) => ({
      error: {
        message,
        type: status === 404 ? "NotFoundError" : status === 401 ? "Unauthorized" : "BadRequestError",
        param,
        code: status,
      },
    }),
    reasoningField: "reasoning",
  },
  llamacpp: {
    ...compatible,
    listItem: (model, nowSeconds) => ({
      object: "model",
      created: nowSeconds,
      owned_by: "llamacpp",
      aliases: [],
      tags: [],
      meta: { n_ctx: model.contextLength ?? 4096, n_ctx_train: 131_072, n_params: 1_000_000_000, size: 1 },
    }),
    list: (items) => ({
      models: items.map(({ id }) => ({
        name: id,
        model: id,
        modified_at: "",
        size: "",
        capabilities: ["completion"],
      })),
      ...objectList(items),
    }),
    error: ({ status, message, type }) => ({
      error: {
        code: status,
        message,
        type: status === 401 ? "authentication_error" : status === 404 ? "not_found_error" : type,
      },
    }),
    reasoningField: "reasoning_content",
    roleDelta: { role: "assistant", content: null },
    extras: { system_fingerprint: "b1-simulated" },
    lastExtras: { timings },
  },
  together: {
    ...compatible,
    listItem: (model) => ({
      object: "model",
      created: model.created ?? 1_750_000_000,
      type: model.kinds?.includes("embedding") ? "embedding" : "chat",
      display_name: model.id,
      organization: model.ownedBy ?? "Simulated",
      context_length: model.contextLength ?? 32_768,
      pricing: { hourly: 0, input: 0.2, output: 0.2, base: 0, finetune: 0 },
    }),
    list: (items) => items,
    reasoningField: "reasoning",
    usage: "with-finish",
  },
  openrouter: {
    ...compatible,
    listItem: (model) => ({
      canonical_slug: model.id,
      name: `Simulated: ${model.id}`,
      created: model.created ?? 1_750_000_000,
      context_length: model.contextLength ?? 32_768,
      architecture: { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "Other" },
      pricing: { prompt: "0.0000002", completion: "0.0000006", request: "0", image: "0" },
      top_provider: { context_length: model.contextLength ?? 32_768, is_moderated: false },
      supported_parameters: ["temperature", "top_p", "max_tokens", "tools"],
    }),
    list: (data) => ({ data }),
    error: ({ status, message }) => ({ error: { message, code: status } }),
    reasoningField: "reasoning",
    extras: { provider: "Simulated" },
    comments: ["OPENROUTER PROCESSING"],
    idPrefix: "gen-",
  },
  groq: {
    ...compatible,
    listItem: (model) => ({
      object: "model",
      created: model.created ?? 1_750_000_000,
      owned_by: model.ownedBy ?? "Simulated",
      active: true,
      context_window: model.contextLength ?? 131_072,
      max_completion_tokens: 32_768,
    }),
    reasoningField: "reasoning",
    lastExtras: { x_groq: { id: "req_simulated" } },
  },
  mistral: {
    ...compatible,
    listItem: (model) => ({
      object: "model",
      created: model.created ?? 1_750_000_000,
      owned_by: "mistralai",
      capabilities: { completion_chat: true, function_calling: true, vision: false },
      max_context_length: model.contextLength ?? 32_768,
      aliases: [],
      type: "base",
    }),
    error: ({ message, type, param, code }) => ({ object: "error", message, type, param, code }),
    usage: "with-finish",
  },
  deepseek: {
    ...compatible,
    listItem: () => ({ object: "model", owned_by: "deepseek" }),
    reasoningField: "reasoning_content",
    comments: ["keep-alive"],
  },
  localai: { ...compatible, listItem: () => ({ object: "model" }) },
  gemini: {
    ...compatible,
    listItem: () => ({ object: "model", owned_by: "google" }),
    error: ({ status, message }) => [{ error: { code: status, message, status: "INVALID_ARGUMENT" } }],
  },
} satisfies { [name: string]: OpenAIProfile };

export type OpenAIProfileName = keyof typeof openAIProfiles;

import { compatible, objectList } from "./base-profiles.ts";
import { liteLLMRoutes, lmStudioRoutes, routerRoutes } from "./native-routes.ts";
import type { OpenAIProfile } from "./openai-profile.ts";

const timings = {
  cache_n: 0,
  prompt_n: 12,
  prompt_ms: 30.5,
  predicted_n: 8,
  predicted_ms: 200.25,
  predicted_per_second: 39.95,
};

const llamacpp: OpenAIProfile = {
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
  reasoning: "reasoning_content",
  roleDelta: { role: "assistant", content: null },
  extras: { system_fingerprint: "b1-simulated" },
  lastExtras: { timings },
};

/** Servers that one runs oneself. */
export const localProfiles = {
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
    reasoning: "reasoning",
  },
  llamacpp,
  "llamacpp-router": {
    ...llamacpp,
    listItem: (model, nowSeconds) => ({
      object: "model",
      created: nowSeconds,
      owned_by: "llamacpp",
      status: { value: model.state ?? "unloaded", args: ["--model", "/srv/models/private.gguf"] },
      source: "models_dir",
      can_remove: false,
    }),
    list: objectList,
    routes: routerRoutes,
  },
  lmstudio: {
    ...compatible,
    listItem: () => ({ object: "model", owned_by: "organization_owner" }),
    routes: lmStudioRoutes,
    error: ({ message }) => ({ error: message }),
    ignores: ["min_p", "reasoning_effort", "n"],
    refusal: ({ tool_choice: choice }) =>
      typeof choice === "object" && choice !== null
        ? { message: "Invalid tool_choice type: 'object'. Supported string values: none, auto, required" }
        : undefined,
    reasoning: "reasoning",
    toToolName: (name) =>
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll("-", "_"),
  },
  localai: {
    ...compatible,
    listItem: () => ({ object: "model" }),
    error: ({ message, status }) => ({ error: { code: status, message, type: "", param: null } }),
    reasoning: "reasoning",
    lastExtras: { timing_prompt_processing: 12.5 },
  },
  litellm: {
    ...compatible,
    listItem: () => ({ object: "model", created: 1_677_610_602, owned_by: "openai" }),
    routes: liteLLMRoutes,
    error: ({ message, status, param }) => ({
      error: { message: `litellm.BadRequestError: ${message}`, type: null, param, code: String(status) },
    }),
    reasoning: "reasoning_content",
  },
  "ollama-v1": {
    ...compatible,
    listItem: (_, nowSeconds) => ({ object: "model", created: nowSeconds, owned_by: "library" }),
    list: (items) => ({ object: "list", data: items.length === 0 ? null : items }),
    error: ({ message, status }) => ({
      error: {
        message,
        type: status === 404 ? "not_found_error" : "invalid_request_error",
        param: null,
        code: null,
      },
    }),
    ignores: ["max_completion_tokens", "tool_choice", "n", "logit_bias", "keep_alive", "num_ctx", "top_k"],
    reasoning: "reasoning",
    extras: { system_fingerprint: "fp_ollama" },
  },
  /** A server that nobody knows, with a model whose template writes its thoughts into the text. */
  generic: { ...compatible, reasoning: "think-tags" },
} satisfies { [name: string]: OpenAIProfile };

import { toText, toJsonObject } from "../../server/json-object.ts";
import type { OpenAIRoute } from "../openai-router.ts";
import { openAIJson, readObject, resolveModel } from "../openai-state.ts";

/** LM Studio's own list. */
export const lmStudioRoutes: OpenAIRoute[] = [
  {
    method: "GET",
    path: /^\/api\/v1\/models$/,
    handle: ({ models }) =>
      openAIJson({
        models: models.list().map((model) => ({
          type: model.kinds?.includes("embedding") ? "embedding" : "llm",
          key: model.id,
          publisher: "simulated",
          display_name: model.id,
          architecture: "llama",
          quantization: { name: "Q4_K_M", bits_per_weight: 4 },
          size_bytes: 4_000_000_000,
          params_string: "7B",
          loaded_instances: [],
          max_context_length: model.contextLength ?? 32_768,
          format: "gguf",
          capabilities: { vision: false, trained_for_tool_use: true },
        })),
      }),
  },
];

/** LiteLLM's list with what it knows of each model, among it what nobody else should see. */
export const liteLLMRoutes: OpenAIRoute[] = [
  {
    method: "GET",
    path: /^\/model\/info$/,
    handle: ({ models }) =>
      openAIJson({
        data: models.list().map((model) => ({
          model_name: model.id,
          litellm_params: { model: `openai/${model.id}`, api_base: "http://10.0.0.9:8000/v1" },
          model_info: {
            mode: model.kinds?.includes("embedding") ? "embedding" : "chat",
            max_input_tokens: model.contextLength ?? 32_768,
            max_output_tokens: 8_192,
            supports_function_calling: true,
            supports_vision: false,
          },
        })),
      }),
  },
];

/** xAI's list with modalities and prices. */
export const xaiRoutes: OpenAIRoute[] = [
  {
    method: "GET",
    path: /^\/v1\/language-models$/,
    handle: ({ models }) =>
      openAIJson({
        models: models.list().map(({ id }) => ({
          id,
          aliases: [`${id}-latest`],
          input_modalities: ["text", "image"],
          output_modalities: ["text"],
          prompt_text_token_price: 30_000,
          fingerprint: "fp_simulated",
          version: "1.0.0",
        })),
      }),
  },
];

/** llama.cpp started with a folder of models: they are loaded and unloaded by these. */
export const routerRoutes: OpenAIRoute[] = [
  {
    method: "GET",
    path: /^\/models$/,
    handle: (state) =>
      openAIJson(
        state.profile.list(
          state.models.list().map((model) => ({ id: model.id, ...state.profile.listItem(model, 0) })),
        ),
      ),
  },
  ...(["load", "unload"] as const).map((order): OpenAIRoute => ({
    method: "POST",
    path: new RegExp(`^/models/${order}$`),
    handle: (state, request) => {
      const model = resolveModel(state, toText(toJsonObject(readObject(state, request))["model"]));
      state.models.add({ ...model, state: order === "load" ? "loaded" : "unloaded" });
      return openAIJson({ success: true });
    },
  })),
];

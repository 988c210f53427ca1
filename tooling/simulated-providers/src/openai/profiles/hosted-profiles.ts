import { randomBytes } from "node:crypto";
import { isJsonObject, type JsonObject, toJsonObject, toList } from "../../server/json-object.ts";
import { compatible } from "./base-profiles.ts";
import { xaiRoutes } from "./native-routes.ts";
import type { OpenAIProfile } from "./openai-profile.ts";

const groqFields = new Set(
  `frequency_penalty include_reasoning max_completion_tokens max_tokens messages metadata model n parallel_tool_calls
  presence_penalty reasoning_effort reasoning_format response_format seed service_tier stop store stream
  stream_options temperature tool_choice tools top_p user`.split(/\s+/),
);

const mistralFields = new Set(
  `frequency_penalty max_tokens messages metadata model n parallel_tool_calls prediction presence_penalty prompt_mode
  random_seed reasoning_effort response_format safe_prompt stop stream temperature tool_choice tools top_p`.split(
    /\s+/,
  ),
);

const messagesOf = (body: JsonObject): JsonObject[] => toList(body["messages"]).map(toJsonObject);
const unknownField = (body: JsonObject, known: Set<string>): string | undefined =>
  Object.keys(body).find((field) => !known.has(field));

/** Services. */
export const hostedProfiles = {
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
    reasoning: "reasoning",
    usage: "with-finish",
    finishReasons: { stop: "eos" },
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
    reasoning: "reasoning-and-details",
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
    refusal: (body) => {
      const unknown = unknownField(body, groqFields);
      if (unknown !== undefined) return { message: `property '${unknown}' is unsupported` };
      if ((body["n"] ?? 1) !== 1) return { message: "'n' : number must be at most 1" };
      if (body["temperature"] === 0) return { message: "'temperature' : must be greater than 0" };
      return messagesOf(body).some((message) => "name" in message)
        ? { message: "'messages.0' : property 'name' is unsupported" }
        : undefined;
    },
    reasoning: "reasoning",
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
    error: ({ status, message, type, param, code }) =>
      status === 422
        ? { detail: [{ type: "extra_forbidden", loc: ["body", param], msg: message, input: null }] }
        : { object: "error", message, type, param, code },
    refusal: (body) => {
      const unknown = unknownField(body, mistralFields);
      if (unknown !== undefined)
        return { status: 422, message: "Extra inputs are not permitted", param: unknown };
      const ids = messagesOf(body)
        .flatMap((message) => [message["tool_call_id"], ...toList(message["tool_calls"]).map(idOf)])
        .filter((id) => typeof id === "string");
      const bad = ids.find((id) => !/^[A-Za-z0-9]{9}$/.test(id));
      if (bad !== undefined)
        return { message: `Tool call id was ${bad} but must be a-z, A-Z, 0-9, with a length of 9.` };
      if (messagesOf(body).some((message) => message["role"] === "developer"))
        return { message: "Unexpected role 'developer'" };
      return body["tool_choice"] === "required"
        ? { status: 422, message: "Input should be 'auto', 'none' or 'any'", param: "tool_choice" }
        : undefined;
    },
    reasoning: "content-parts",
    usage: "with-finish",
    newCallId: () => randomBytes(8).toString("hex").slice(0, 9),
  },
  deepseek: {
    ...compatible,
    listItem: () => ({ object: "model", owned_by: "deepseek" }),
    ignores: ["seed", "n", "logit_bias"],
    refusal: (body) => {
      const lastUser = messagesOf(body).findLastIndex((message) => message["role"] === "user");
      return messagesOf(body).some((message, at) => at < lastUser && "reasoning_content" in message)
        ? { message: "The reasoning_content of earlier turns must not be sent." }
        : undefined;
    },
    reasoning: "reasoning_content",
    comments: ["keep-alive"],
    bodyPrefix: "\n\n\n",
  },
  fireworks: {
    ...compatible,
    listItem: (model) => ({
      object: "model",
      created: model.created ?? 1_750_000_000,
      owned_by: "fireworks",
      kind: "HF_BASE_MODEL",
      supports_chat: true,
      supports_image_input: false,
      supports_tools: true,
      context_length: model.contextLength ?? 131_072,
    }),
    error: ({ message, type, code }) => ({ error: { object: "error", type, message, code } }),
    reasoning: "reasoning_content",
    usage: "with-finish",
  },
  xai: {
    ...compatible,
    listItem: (model) => ({ object: "model", created: model.created ?? 1_750_000_000, owned_by: "xai" }),
    routes: xaiRoutes,
    error: ({ message }) => ({ code: "Client specified an invalid argument", error: message }),
    refusal: (body, model) => {
      const fields = {
        stop: "stop",
        presence_penalty: "presencePenalty",
        frequency_penalty: "frequencyPenalty",
      };
      const refused = Object.entries(fields).find(([field]) => field in body);
      return model.isReasoning && refused
        ? { message: `Argument not supported on this model: ${refused[1]}` }
        : undefined;
    },
    reasoning: "reasoning_content",
    usage: "with-finish",
  },
  gemini: {
    ...compatible,
    listItem: () => ({ object: "model", owned_by: "google" }),
    error: ({ status, message }) => [{ error: { code: status, message, status: "INVALID_ARGUMENT" } }],
    refusal: (body) =>
      "top_k" in body
        ? { message: 'Invalid JSON payload received. Unknown name "top_k": Cannot find field.' }
        : undefined,
    hasCallIndex: false,
  },
  anthropic: {
    ...compatible,
    listItem: (model) => ({ type: "model", display_name: model.id, created_at: "2026-01-01T00:00:00Z" }),
    list: (data) => ({ data, has_more: false, first_id: data[0]?.["id"], last_id: data.at(-1)?.["id"] }),
    listKeyHeader: "x-api-key",
    ignores: ["response_format", "seed", "logit_bias", "presence_penalty", "frequency_penalty"],
    refusal: (body) => {
      if ((body["n"] ?? 1) !== 1) return { message: "n must be 1" };
      return Number(body["temperature"] ?? 0) > 1 ? { message: "temperature: range: 0..1" } : undefined;
    },
  },
} satisfies { [name: string]: OpenAIProfile };

function idOf(call: unknown): unknown {
  return isJsonObject(call) ? call["id"] : undefined;
}

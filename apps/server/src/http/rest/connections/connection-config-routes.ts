import type { Connection } from "@corral/core";
import { z } from "zod";
import { restRoute, type RestRoute } from "../rest-route.ts";
import {
  entryConfigsSchema,
  listFamily,
  ollamaSectionSchema,
  openAISectionSchema,
  replaceFamilies,
  toOllamaFamily,
  toOllamaSection,
  toOpenAIFamily,
  toOpenAISection,
} from "./connection-sections.ts";

const isOneEnabled = z.boolean().describe("Whether any is enabled, or there is none.");

const openAIConfigSchema = z.object({
  ENABLE_OPENAI_API: isOneEnabled,
  OPENAI_API_BASE_URLS: z.array(z.string()),
  OPENAI_API_KEYS: z
    .array(z.string())
    .describe("`corral-key:<uuid>` for each stored key, an empty text for none."),
  OPENAI_API_CONFIGS: entryConfigsSchema,
});
const openAIExample = {
  ENABLE_OPENAI_API: true,
  OPENAI_API_BASE_URLS: ["https://api.openai.com/v1"],
  OPENAI_API_KEYS: ["corral-key:6f1d7c1e-11c5-4f35-8a39-3c8f8a1f6f7e"],
  OPENAI_API_CONFIGS: {
    "0": {
      enable: true,
      prefix_id: "",
      model_ids: [],
      tags: [],
      connection_type: "external",
      auth_type: "bearer",
    },
  },
} as const;
const ollamaConfigSchema = z.object({
  ENABLE_OLLAMA_API: isOneEnabled,
  OLLAMA_BASE_URLS: z.array(z.string()),
  OLLAMA_API_CONFIGS: entryConfigsSchema,
});
const ollamaExample = {
  ENABLE_OLLAMA_API: true,
  OLLAMA_BASE_URLS: ["http://127.0.0.1:11434"],
  OLLAMA_API_CONFIGS: {
    "0": { enable: true, prefix_id: "", model_ids: [], tags: [], connection_type: "local", key: "" },
  },
} as const;

const reading = {
  method: "GET",
  path: "/config",
  operationId: "getConfig",
  tag: "connections",
  description: "Keys never come out: a placeholder stands for each.",
  policy: { auth: "administrator", scope: "connections:read" },
} as const;
const writing = {
  method: "POST",
  path: "/config/update",
  operationId: "updateConfig",
  tag: "connections",
  description:
    "A connection is found again by the placeholder of its key, else by its address, else as the only one left; its " +
    "place in the arrays is its place in the order. What is not named any more is deleted. A placeholder with another " +
    "server's address is refused: the key has to be entered again. All of it is written, or nothing.",
  policy: { auth: "administrator", scope: "none" },
  errors: [
    "connection_not_found",
    "key_bound_to_origin",
    "name_taken",
    "outbound_denied",
    "revision_conflict",
  ],
} as const;

export const openAIConfigRoutes: readonly RestRoute[] = [
  restRoute({
    ...reading,
    summary: "Connections to what speaks OpenAI's protocol, in their order",
    answer: openAIConfigSchema,
    examples: { answer: openAIExample },
    handle: async (call) => toOpenAIConfig(await listFamily(call, "openai")),
  }),
  restRoute({
    ...writing,
    summary: "Makes the connections to what speaks OpenAI's protocol those of the arrays",
    body: z.object({
      ENABLE_OPENAI_API: openAISectionSchema.shape.enable,
      OPENAI_API_BASE_URLS: openAISectionSchema.shape.api_base_urls,
      OPENAI_API_KEYS: openAISectionSchema.shape.api_keys,
      OPENAI_API_CONFIGS: openAISectionSchema.shape.api_configs,
    }),
    answer: openAIConfigSchema,
    examples: { body: openAIExample, answer: openAIExample },
    async handle(call) {
      const { body } = call;
      const wanted = toOpenAIFamily({
        enable: body.ENABLE_OPENAI_API,
        api_base_urls: body.OPENAI_API_BASE_URLS,
        api_keys: body.OPENAI_API_KEYS,
        api_configs: body.OPENAI_API_CONFIGS,
      });
      await replaceFamilies(call, [wanted]);
      return toOpenAIConfig(await listFamily(call, "openai"));
    },
  }),
];

export const ollamaConfigRoutes: readonly RestRoute[] = [
  restRoute({
    ...reading,
    summary: "Connections to Ollama's servers, in their order",
    answer: ollamaConfigSchema,
    examples: { answer: ollamaExample },
    handle: async (call) => toOllamaConfig(await listFamily(call, "ollama")),
  }),
  restRoute({
    ...writing,
    summary: "Makes the connections to Ollama's servers those of the arrays",
    body: z.object({
      ENABLE_OLLAMA_API: ollamaSectionSchema.shape.enable,
      OLLAMA_BASE_URLS: ollamaSectionSchema.shape.base_urls,
      OLLAMA_API_CONFIGS: ollamaSectionSchema.shape.api_configs,
    }),
    answer: ollamaConfigSchema,
    examples: { body: ollamaExample, answer: ollamaExample },
    async handle(call) {
      const { body } = call;
      const wanted = toOllamaFamily({
        enable: body.ENABLE_OLLAMA_API,
        base_urls: body.OLLAMA_BASE_URLS,
        api_configs: body.OLLAMA_API_CONFIGS,
      });
      await replaceFamilies(call, [wanted]);
      return toOllamaConfig(await listFamily(call, "ollama"));
    },
  }),
];

function toOpenAIConfig(connections: readonly Connection[]) {
  const section = toOpenAISection(connections);
  return {
    ENABLE_OPENAI_API: section.enable,
    OPENAI_API_BASE_URLS: section.api_base_urls,
    OPENAI_API_KEYS: section.api_keys,
    OPENAI_API_CONFIGS: section.api_configs,
  };
}

function toOllamaConfig(connections: readonly Connection[]) {
  const section = toOllamaSection(connections);
  return {
    ENABLE_OLLAMA_API: section.enable,
    OLLAMA_BASE_URLS: section.base_urls,
    OLLAMA_API_CONFIGS: section.api_configs,
  };
}

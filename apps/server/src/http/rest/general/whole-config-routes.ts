import type { Actor, CatalogSnapshot } from "@corral/core";
import { z } from "zod";
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
} from "../connections/connection-sections.ts";
import { restRoute, type RestCall, type RestRoute } from "../rest-route.ts";
import { toIds, toModelsConfig, updateModelsConfig } from "./config-routes.ts";

const uiSchema = z.object({
  default_models: z.string().nullish(),
  default_pinned_models: z.string().nullish(),
  model_order_list: z.array(z.string()).nullish(),
});
const texts = z.array(z.string());

const wholeConfigSchema = z.object({
  version: z.literal(0),
  ui: z.object({
    default_models: z.string().nullable(),
    default_pinned_models: z.string().nullable(),
    model_order_list: texts,
  }),
  openai: z.object({
    enable: z.boolean(),
    api_base_urls: texts,
    api_keys: texts,
    api_configs: entryConfigsSchema,
  }),
  ollama: z.object({ enable: z.boolean(), base_urls: texts, api_configs: entryConfigsSchema }),
});
const example: z.output<typeof wholeConfigSchema> = {
  version: 0,
  ui: { default_models: "support-bot", default_pinned_models: null, model_order_list: ["support-bot"] },
  openai: { enable: true, api_base_urls: [], api_keys: [], api_configs: {} },
  ollama: {
    enable: true,
    base_urls: ["http://127.0.0.1:11434"],
    api_configs: {
      "0": { enable: true, prefix_id: "", model_ids: [], tags: [], connection_type: "local", key: "" },
    },
  },
};

const exportConfig = restRoute({
  method: "GET",
  path: "/export",
  operationId: "export",
  tag: "configs",
  summary: "What is chosen for everybody and the connections, in one document, without any key",
  description:
    "Placeholders stand for keys: the document goes back to this server alone. See `corral backup` for all.",
  policy: { auth: "administrator", scope: "connections:read" },
  answer: wholeConfigSchema,
  examples: { answer: example },
  handle: (call) => readWhole(call),
});

const importConfig = restRoute({
  method: "POST",
  path: "/import",
  operationId: "import",
  tag: "configs",
  summary: "Takes such a document back, or one of Open WebUI's own",
  description:
    "Sections that are absent stay, those that Corral does not have are left out, as are ids of models that are not " +
    "there. Connections become those of the arrays, as `POST /openai/config/update` says.",
  policy: { auth: "administrator", scope: "none" },
  body: z.object({
    config: z.looseObject({
      ui: uiSchema.optional(),
      openai: openAISectionSchema.optional(),
      ollama: ollamaSectionSchema.optional(),
    }),
  }),
  answer: wholeConfigSchema,
  errors: [
    "connection_not_found",
    "key_bound_to_origin",
    "model_not_found",
    "name_taken",
    "outbound_denied",
    "revision_conflict",
  ],
  examples: { body: { config: example }, answer: example },
  async handle(call) {
    const { openai, ollama, ui } = call.body.config;
    const families = [
      ...(openai === undefined ? [] : [toOpenAIFamily(openai)]),
      ...(ollama === undefined ? [] : [toOllamaFamily(ollama)]),
    ];
    if (families.length > 0) await replaceFamilies(call, families);
    if (ui !== undefined) await updateModelsConfig(call, toExisting(call.services.catalog.current(), ui));
    return readWhole(call);
  },
});

function toExisting(snapshot: CatalogSnapshot, ui: z.output<typeof uiSchema>) {
  const { default_models: first, default_pinned_models: pinned, model_order_list: order } = ui;
  const existing = (ids: readonly string[]) =>
    ids.filter((id) => (snapshot.findByName(id) ?? snapshot.findAlias(id)) !== undefined);
  return {
    default: first === undefined ? undefined : (existing(toIds(first))[0] ?? null),
    pinned: pinned === undefined ? undefined : existing(toIds(pinned)),
    order: order === undefined ? undefined : existing(order ?? []),
  };
}

async function readWhole(call: Pick<RestCall, "services"> & { readonly actor: Actor }) {
  const offered = toModelsConfig(call);
  const [openai, ollama] = [await listFamily(call, "openai"), await listFamily(call, "ollama")];
  return {
    version: 0 as const,
    ui: {
      default_models: offered.DEFAULT_MODELS,
      default_pinned_models: offered.DEFAULT_PINNED_MODELS,
      model_order_list: offered.MODEL_ORDER_LIST,
    },
    openai: toOpenAISection(openai),
    ollama: toOllamaSection(ollama),
  };
}

export const wholeConfigRoutes: readonly RestRoute[] = [exportConfig, importConfig];

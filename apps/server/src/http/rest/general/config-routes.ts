import { withoutUndefined } from "@corral/api";
import { DomainError, updatePresentationSchema } from "@corral/core";
import { z } from "zod";
import { parseFields } from "../models/model-form.ts";
import { restRoute, type RestCall, type RestRoute } from "../rest-route.ts";

const modelsConfigSchema = z.object({
  DEFAULT_MODELS: z
    .string()
    .nullable()
    .describe("Comma-joined. One model is the default here: the first counts."),
  DEFAULT_PINNED_MODELS: z.string().nullable(),
  MODEL_ORDER_LIST: z.array(z.string()),
});
const example = {
  DEFAULT_MODELS: "support-bot",
  DEFAULT_PINNED_MODELS: null,
  MODEL_ORDER_LIST: ["support-bot"],
};
const onModels = {
  path: "/models",
  tag: "configs",
  policy: { auth: "administrator", scope: "admin" },
  answer: modelsConfigSchema,
} as const;

const getModelsConfig = restRoute({
  ...onModels,
  method: "GET",
  operationId: "getModels",
  summary: "The default, the pinned models and the order in which they are offered",
  examples: { answer: example },
  handle: (call) => toModelsConfig(call),
});

const setModelsConfig = restRoute({
  ...onModels,
  method: "POST",
  operationId: "setModels",
  summary: "Chooses the default, the pinned models and the order; what is absent stays",
  body: z.object({
    DEFAULT_MODELS: z.string().nullish(),
    DEFAULT_PINNED_MODELS: z.string().nullish(),
    MODEL_ORDER_LIST: z.array(z.string()).nullish(),
  }),
  errors: ["model_not_found", "revision_conflict"],
  examples: { body: example, answer: example },
  async handle(call) {
    const { DEFAULT_MODELS: first, DEFAULT_PINNED_MODELS: pinned, MODEL_ORDER_LIST: order } = call.body;
    await updateModelsConfig(call, {
      default: first === undefined ? undefined : (toIds(first)[0] ?? null),
      pinned: pinned === undefined ? undefined : toIds(pinned),
      order: order === undefined ? undefined : (order ?? []),
    });
    return toModelsConfig(call);
  },
});

type Caller = Pick<RestCall, "services" | "client"> & { readonly actor: NonNullable<RestCall["actor"]> };

/** What is absent stays. */
export async function updateModelsConfig(
  { actor, services, client }: Caller,
  fields: {
    readonly default: string | null | undefined;
    readonly pinned: readonly string[] | undefined;
    readonly order: readonly string[] | undefined;
  },
): Promise<void> {
  const revision = services.presentation.get(actor).revision ?? 0;
  const input = parseFields(updatePresentationSchema, withoutUndefined({ revision, ...fields }));
  await services.presentation.update(actor, withoutUndefined(input), client);
}

export function toModelsConfig({ actor, services }: Omit<Caller, "client">) {
  const offered = services.presentation.get(actor);
  return {
    DEFAULT_MODELS: offered.default?.id ?? null,
    DEFAULT_PINNED_MODELS: offered.pinned.map(({ id }) => id).join(",") || null,
    MODEL_ORDER_LIST: offered.order.map(({ id }) => id),
  };
}

/** Ids hold no commas. */
export function toIds(joined: string | null): string[] {
  const ids = (joined ?? "").split(",").map((id) => id.trim());
  return ids.filter((id) => id !== "");
}

const connectionsConfigSchema = z.object({
  ENABLE_DIRECT_CONNECTIONS: z
    .literal(false)
    .describe("Browsers that call providers by themselves: never here."),
  ENABLE_BASE_MODELS_CACHE: z.literal(true).describe("Lists always come from memory."),
});
const connectionsConfig = { ENABLE_DIRECT_CONNECTIONS: false, ENABLE_BASE_MODELS_CACHE: true } as const;
const onConnections = {
  path: "/connections",
  tag: "configs",
  policy: { auth: "administrator", scope: "admin" },
  answer: connectionsConfigSchema,
} as const;

const getConnectionsConfig = restRoute({
  ...onConnections,
  method: "GET",
  operationId: "getConnections",
  summary: "What is fixed about connections here",
  examples: { answer: connectionsConfig },
  handle: () => connectionsConfig,
});

const setConnectionsConfig = restRoute({
  ...onConnections,
  method: "POST",
  operationId: "setConnections",
  summary: "Answers what is fixed; asking for direct connections is 501",
  body: z.object({
    ENABLE_DIRECT_CONNECTIONS: z.boolean().nullish(),
    ENABLE_BASE_MODELS_CACHE: z.boolean().nullish(),
  }),
  errors: ["not_implemented"],
  examples: { body: connectionsConfig, answer: connectionsConfig },
  handle({ body }) {
    if (body.ENABLE_DIRECT_CONNECTIONS === true) {
      throw new DomainError(
        "not_implemented",
        "Direct connections from browsers to providers are not offered.",
      );
    }
    return connectionsConfig;
  },
});

export const configRoutes: readonly RestRoute[] = [
  getModelsConfig,
  setModelsConfig,
  getConnectionsConfig,
  setConnectionsConfig,
];

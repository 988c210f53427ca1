import { hasPermission } from "@corral/access-control";
import {
  DomainError,
  findImageFormat,
  limits,
  listParams,
  modelQuerySchema,
  paramCatalogSchema,
  queryCatalog,
  unknownModel,
  type ModelDefinition,
  type ModelDetail,
  type ModelPage,
} from "@corral/core";
import { z } from "zod";
import { sendBytes, toAnswerBytes } from "../answer-bytes.ts";
import { queryFlag } from "../query-schemas.ts";
import { restRoute, type RestCall } from "../rest-route.ts";
import { modelExample } from "./model-example.ts";
import {
  modelDetailWireSchema,
  modelItemWireSchema,
  toModelWire,
  type ModelDetailWire,
} from "./model-wire.ts";

export const modelIdQuerySchema = z.object({ id: z.string().min(1).max(1_024) });

const getting = {
  method: "GET",
  path: "/model",
  operationId: "get",
  tag: "models",
  policy: { auth: "member", scope: "models:read" },
  query: modelIdQuerySchema,
  answer: modelDetailWireSchema,
  errors: ["model_not_found"],
  examples: { query: { id: "support-bot" }, answer: modelExample.detail },
} as const;

export const getModel = restRoute({
  ...getting,
  summary: "One model, a provider's own included",
  handle: async ({ actor, query, services }) =>
    toDetailWire(services, await services.models.get(actor, query.id)),
});

export const getStoredModel = restRoute({
  ...getting,
  summary: "One model of which something is stored",
  async handle({ actor, query, services }) {
    const detail = await services.models.get(actor, query.id);
    if (detail.revision === null) throw unknownModel(query.id);
    return toDetailWire(services, detail);
  },
});

export function toDetailWire(
  { catalog }: RestCall["services"],
  detail: ModelDetail,
  notes: readonly string[] = [],
): ModelDetailWire {
  return {
    ...toModelWire(catalog.current(), detail, detail.definition),
    param_modes: detail.definition?.paramModes ?? {},
    base_access: detail.definition?.baseAccess ?? null,
    ...(notes.length > 0 && { notes: [...notes] }),
  };
}

/** What providers list, as far as the caller may read it. */
export function createListBaseModels() {
  const answer = z.array(modelItemWireSchema);
  const prepared = new WeakMap<ModelPage, Buffer>();
  return restRoute({
    method: "GET",
    path: "/base",
    operationId: "listBase",
    tag: "models",
    summary: "The providers' models that the caller may read",
    policy: { auth: "member", scope: "models:read" },
    answer,
    examples: { answer: [] },
    handle({ actor, services: { catalog, board }, reply }) {
      const snapshot = catalog.current();
      const found = queryCatalog({ snapshot, health: board }, actor, allOf("base"));
      const known = prepared.get(found);
      if (known !== undefined) return sendBytes(reply, known);
      const live = found.rows.filter(({ status }) => status !== "gone_upstream" && status !== "disabled");
      const bytes = toAnswerBytes(
        answer,
        live.map((row) => {
          const { params: _, ...item } = toModelWire(snapshot, row);
          return item;
        }),
      );
      prepared.set(found, bytes);
      return sendBytes(reply, bytes);
    },
  });
}

export const listOverrides = restRoute({
  method: "GET",
  path: "/base",
  operationId: "listBase",
  tag: "models",
  summary: "What is stored about providers' models",
  policy: { auth: "administrator", scope: "models:read" },
  query: z.object({ tag: z.string().optional() }),
  answer: z.array(modelDetailWireSchema),
  examples: { answer: [] },
  handle: ({ actor, query, services }) => listStored(services, actor, { kind: "base", tag: query.tag }),
});

export const exportModels = exportRoute({
  summary: "Everything stored that the caller may change",
  description:
    "Custom models and what is stored about providers' own, as `import` takes them back. Pictures come within, unless " +
    "`images=false`.",
});
export const exportCustomModels = exportRoute({
  summary: "The custom models that the caller may change",
  description: "As `import` takes them back. Pictures come within, unless `images=false`.",
  kind: "custom",
});

function exportRoute({
  kind,
  ...texts
}: {
  readonly summary: string;
  readonly description: string;
  readonly kind?: "custom";
}) {
  return restRoute({
    ...texts,
    method: "GET",
    path: "/export",
    operationId: "export",
    tag: "models",
    policy: { auth: "member", scope: "models:read" },
    query: z.object({ images: queryFlag }),
    answer: z.array(modelDetailWireSchema),
    errors: ["payload_too_large"],
    examples: { answer: [modelExample.detail] },
    async handle({ actor, query, services, container }) {
      if (!hasPermission(actor.principal, "models.export", actor.permissions)) {
        throw new DomainError("access_denied", "This needs the permission models.export.");
      }
      const rows = await listStored(services, actor, { kind });
      return query.images === false ? rows : withPictures(container, rows);
    },
  });
}

/** Rows with all that is stored, of models that the actor may change. */
async function listStored(
  { catalog, board, models }: RestCall["services"],
  actor: RestCall["actor"],
  { kind, tag }: { readonly kind: "base" | "custom" | undefined; readonly tag?: string | undefined },
): Promise<ModelDetailWire[]> {
  const snapshot = catalog.current();
  const tags = tag === undefined || tag === "" ? {} : { tags: [tag] };
  const { rows } = queryCatalog({ snapshot, health: board }, actor, { ...allOf(kind), ...tags });
  const stored = rows.filter(({ revision, mayWrite }) => revision !== null && mayWrite);
  const definitions: ReadonlyMap<string, ModelDefinition> = await models.definitions(
    actor,
    stored.map(({ uid }) => uid),
  );
  return stored.flatMap((row) => {
    const definition = definitions.get(row.uid);
    if (definition === undefined) return [];
    const { paramModes, baseAccess } = definition;
    const own = { param_modes: paramModes, base_access: baseAccess };
    return [{ ...toModelWire(snapshot, row, definition), ...own }];
  });
}

function allOf(kind: "base" | "custom" | undefined) {
  const { limit: _, ...query } = modelQuerySchema.parse({ ...(kind && { kind }) });
  return { ...query, limit: Number.MAX_SAFE_INTEGER };
}

/** With the bytes of the pictures in place of their addresses. @throws DomainError `payload_too_large`. */
async function withPictures(
  { database }: RestCall["container"],
  rows: readonly ModelDetailWire[],
): Promise<ModelDetailWire[]> {
  let size = 0;
  const whole: ModelDetailWire[] = [];
  for (const row of rows) {
    const hash = /&v=([0-9a-f]{64})$/u.exec(row.meta.profile_image_url)?.[1];
    const image = hash === undefined ? undefined : await database.findImage(hash);
    const format = image === undefined ? undefined : findImageFormat(image.bytes);
    if (image === undefined || format === undefined) {
      whole.push(row);
      continue;
    }
    const url = `data:image/${format};base64,${Buffer.from(image.bytes).toString("base64")}`;
    size += url.length;
    if (size > limits.importBodyBytes) {
      throw new DomainError(
        "payload_too_large",
        "The pictures are more than an import takes; add images=false.",
      );
    }
    whole.push({ ...row, meta: { ...row.meta, profile_image_url: url } });
  }
  return whole;
}

const paramSchema = paramCatalogSchema.shape.params.element;

/** Every param that a model may set. */
export const listModelParams = restRoute({
  method: "GET",
  path: "/params",
  operationId: "listParams",
  tag: "models",
  summary: "Every param that a model may set, with type and range, and what becomes of it at each provider",
  policy: { auth: "member", scope: "models:read" },
  answer: z.object({
    params: z.array(paramSchema.omit({ isCappable: true }).extend({ is_cappable: z.boolean() })),
  }),
  examples: {
    answer: {
      params: [
        {
          name: "temperature",
          group: "sampling",
          types: ["number"],
          minimum: 0,
          maximum: 2,
          values: null,
          aliases: [],
          providers: [],
          is_cappable: true,
        },
      ],
    },
  },
  handle: ({ services }) => ({
    params: listParams(services.providerParams).params.map(({ isCappable, ...param }) => ({
      ...param,
      is_cappable: isCappable,
    })),
  }),
});

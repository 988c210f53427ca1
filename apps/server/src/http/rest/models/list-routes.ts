import { hasPermission } from "@corral/access-control";
import { withoutUndefined } from "@corral/api";
import {
  connectionLampSchema,
  limits,
  listTags,
  modelFacetsSchema,
  modelQuerySchema,
  queryCatalog,
  type Actor,
  type ModelPage,
  type ModelQuery,
} from "@corral/core";
import { z } from "zod";
import { sendBytes, toAnswerBytes } from "../answer-bytes.ts";
import { queryFlag, queryInteger, queryList } from "../query-schemas.ts";
import { restRoute, type RestCall } from "../rest-route.ts";
import { modelExample } from "./model-example.ts";
import { parseFields } from "./model-form.ts";
import { modelWireSchema, toModelWire } from "./model-wire.ts";

const { shape } = modelQuerySchema;
const page = queryInteger({ min: -1_000_000, max: 1_000_000 });

/** What both lists understand: Open WebUI's words for it. */
const commonQueryShape = {
  query: z.string().optional(),
  view_option: z
    .string()
    .optional()
    .describe("`created`: mine. `shared`: of others, shared with me. Anything else: all."),
  tag: queryList(z.string().max(limits.modelIdLength)),
  order_by: z
    .string()
    .optional()
    .describe("`name`, `created_at` or `updated_at`; anything else, and nothing, is the newest first."),
  direction: z.string().optional().describe("`asc`; anything else is descending."),
  /** From 1. */
  page,
  limit: queryInteger({ min: 1, max: limits.pageSizeMax }),
} as const;

const listQuerySchema = z.object({
  ...commonQueryShape,
  offset: queryInteger({ min: 0, max: 1_000_000 }),
  tags_all: queryList(z.string().max(limits.modelIdLength)).describe(
    "All of these, where `tag` asks for any.",
  ),
  kind: shape.kind,
  provider: queryList(z.string()),
  status: queryList(z.string()),
  visibility: queryList(z.string()),
  owner: queryList(z.string()),
  capability: queryList(z.string()),
  connection: queryList(z.string()),
  facets: queryFlag,
  refresh: queryFlag,
});

const itemSchema = modelWireSchema
  .omit({ params: true })
  .extend({ user: z.object({ id: z.string(), name: z.string() }).nullable() });

const pageSchema = z.object({
  items: z.array(itemSchema),
  total: z.int().describe("After all filters, before paging."),
  facets: modelFacetsSchema.optional(),
  empty: z
    .enum(["no_models", "nothing_shared", "nothing_matches"])
    .nullable()
    .describe("Why there is nothing."),
  administrators_only: z.int().optional().describe("To administrators: how many models only they see."),
  /** How the connections are, for those who may see them. */
  connections: z
    .array(connectionLampSchema.omit({ errorCode: true }).extend({ error_code: z.string().nullable() }))
    .optional(),
});

/** One list of everything, from memory: no query and no provider call, and bytes that are made once. */
export function createListModels() {
  const prepared = new WeakMap<ModelPage, Buffer>();
  return restRoute({
    method: "GET",
    path: "/list",
    operationId: "list",
    tag: "models",
    summary: "Base and custom models, one page",
    description:
      "Merged from all connections and what was stored, from memory. `refresh=true` asks the providers first, at most " +
      "every five seconds, and waits up to two. Items carry neither params nor the whole meta: get a model before changing it.",
    policy: { auth: "member", scope: "models:read" },
    query: listQuerySchema,
    answer: pageSchema,
    examples: {
      query: {
        query: "support",
        view_option: "shared",
        tag: "team",
        order_by: "name",
        direction: "asc",
        page: 1,
      },
      answer: { items: [modelExample.item], total: 1, empty: null },
    },
    async handle({ actor, query, services, reply }) {
      const { catalog, board, refresher } = services;
      if (query.refresh === true) await refresher.refreshAll(limits.refreshWaitMs);
      const snapshot = catalog.current();
      const found = queryCatalog({ snapshot, health: board }, actor, toQuery(query));
      const known = prepared.get(found);
      if (known !== undefined) return sendBytes(reply, known);
      const bytes = toAnswerBytes(pageSchema, {
        items: found.rows.map((row) => {
          const { params: _, ...item } = toModelWire(snapshot, row);
          const { ownerId, ownerName } = row;
          return {
            ...item,
            user: ownerId === null || ownerName === null ? null : { id: ownerId, name: ownerName },
          };
        }),
        total: found.total,
        empty: found.empty,
        ...(found.facets && { facets: found.facets }),
        ...(found.administratorsOnly !== undefined && { administrators_only: found.administratorsOnly }),
        ...(found.connections && {
          connections: found.connections.map(({ errorCode, ...lamp }) => ({
            ...lamp,
            error_code: errorCode,
          })),
        }),
      });
      prepared.set(found, bytes);
      return sendBytes(reply, bytes);
    },
  });
}

const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.string(),
    email: z.string().nullable().describe("For those who may see accounts, and of oneself."),
  })
  .nullable();

/** Open WebUI's list: custom models with params and meta where the caller may change them, as its clients send them back. */
export const listCustomModels = restRoute({
  method: "GET",
  path: "/list",
  operationId: "list",
  tag: "models",
  summary: "Custom models, one page",
  policy: { auth: "member", scope: "models:read" },
  query: z.object(commonQueryShape),
  answer: z.object({ items: z.array(modelWireSchema.extend({ user: userSchema })), total: z.int() }),
  examples: {
    query: { query: "support", view_option: "created", page: 1 },
    answer: { items: [{ ...modelExample.row, user: null }], total: 1 },
  },
  async handle(call) {
    const { actor, query, services } = call;
    const { catalog, board, models } = services;
    const snapshot = catalog.current();
    const asked = { ...toQuery(query), kind: "custom" } as const;
    const { rows, total } = queryCatalog({ snapshot, health: board }, actor, asked);
    const definitions = await models.definitions(
      actor,
      rows.map(({ uid }) => uid),
    );
    return {
      items: rows.map((row) => ({
        ...toModelWire(snapshot, row, definitions.get(row.uid)),
        user: toOwner(call, row.ownerId),
      })),
      total,
    };
  },
});

/** The tags of all that the caller sees. */
export const listModelTags = restRoute({
  method: "GET",
  path: "/tags",
  operationId: "listTags",
  tag: "models",
  summary: "The tags of all models that the caller sees",
  policy: { auth: "member", scope: "models:read" },
  answer: z.array(z.string()),
  examples: { answer: ["support", "team"] },
  handle: ({ actor, services }) => listTags(services.catalog.current(), actor).map(({ name }) => name),
});

/** The tags of custom models, or of what is stored about providers' own. */
export function listTagsOf(kind: "base" | "custom") {
  const isBase = kind === "base";
  return restRoute({
    method: "GET",
    path: isBase ? "/base/tags" : "/tags",
    operationId: isBase ? "listBaseTags" : "listTags",
    tag: "models",
    summary: isBase ? "The tags of providers' models" : "The tags of custom models that the caller sees",
    policy: { auth: isBase ? "administrator" : "member", scope: "models:read" },
    answer: z.array(z.string()),
    examples: { answer: ["support", "team"] },
    handle({ actor, services: { catalog, board } }) {
      const query = modelQuerySchema.parse({ kind, facets: true, limit: 1 });
      const { facets } = queryCatalog({ snapshot: catalog.current(), health: board }, actor, query);
      return (facets?.tag ?? []).map(({ label }) => label).toSorted((one, other) => (one < other ? -1 : 1));
    },
  });
}

type ListQuery = Partial<z.output<typeof listQuerySchema>>;

const orders: Readonly<Record<string, ModelQuery["sort"]>> = {
  name: "name",
  created_at: "created",
  updated_at: "updated",
};

/** In the words of the catalog. @throws DomainError `invalid_input` for values that mean nothing. */
function toQuery(asked: ListQuery): ModelQuery {
  const limit = asked.limit ?? limits.pageSize;
  const sort = Object.hasOwn(orders, asked.order_by ?? "") ? orders[asked.order_by ?? ""] : undefined;
  const isView = asked.view_option === "created" || asked.view_option === "shared";
  const some = (values: readonly string[] | undefined) => values?.filter((value) => value !== "");
  return parseFields(
    modelQuerySchema,
    withoutUndefined({
      query: asked.query,
      view: isView ? asked.view_option : "all",
      tags: toList(some(asked.tag)),
      tagsAll: toList(some(asked.tags_all)),
      kind: asked.kind,
      provider: asked.provider,
      status: asked.status,
      visibility: asked.visibility,
      owner: asked.owner,
      capability: asked.capability,
      connection: asked.connection,
      sort: sort ?? "created",
      direction: sort !== undefined && asked.direction === "asc" ? "asc" : "desc",
      offset: asked.offset ?? (Math.max(1, asked.page ?? 1) - 1) * limit,
      limit,
      facets: asked.facets ?? false,
    }),
  );
}

function toList(values: readonly string[] | undefined): readonly string[] | undefined {
  return values === undefined || values.length === 0 ? undefined : values;
}

function toOwner(
  { actor, services }: Pick<RestCall, "services"> & { readonly actor: Actor },
  id: string | null,
): z.output<typeof userSchema> {
  const owner = id === null ? undefined : services.catalog.current().findUser(id);
  if (owner === undefined) return null;
  const { principal, permissions } = actor;
  const seesAccounts = hasPermission(principal, "users.read", permissions);
  const email = seesAccounts || principal.userId === owner.id ? owner.email : null;
  return { id: owner.id, name: owner.name, role: owner.role, email };
}

import {
  jsonValueSchema,
  limits,
  modelQuerySchema,
  modelStatuses,
  queryCatalog,
  type CatalogSnapshot,
  type ModelPage,
  type ModelRow,
} from "@corral/core";
import { z } from "zod";
import { sendBytes, toAnswerBytes } from "../answer-bytes.ts";
import { modelExample } from "../models/model-example.ts";
import { modelItemWireSchema, toModelWire, toSeconds } from "../models/model-wire.ts";
import { queryFlag } from "../query-schemas.ts";
import { restRoute, type RestCall } from "../rest-route.ts";

const liveModelSchema = z.object({
  id: z.string(),
  name: z.string(),
  object: z.literal("model"),
  created: z.int(),
  owned_by: z
    .string()
    .describe("`ollama`, or `openai` for everything that speaks its dialect; `corral` for an alias."),
  connection_type: z.enum(["local", "external"]).nullable().describe("For those who may see connections."),
  tags: z
    .array(z.object({ name: z.string() }))
    .describe("Its own, and those of its connections for those who may see connections."),
  preset: z.literal(true).optional().describe("A custom model."),
  hidden: z.boolean(),
  status: z.enum(modelStatuses).optional(),
  actions: z.array(jsonValueSchema),
  filters: z.array(jsonValueSchema),
  /** What is stored about it, without params. */
  info: modelItemWireSchema.optional(),
});
type LiveModel = z.output<typeof liveModelSchema>;
const answer = z.object({ data: z.array(liveModelSchema) });
const query = z.object({ refresh: queryFlag });

const example = {
  data: [
    {
      id: "support-bot",
      name: "Support bot",
      object: "model",
      created: 1_795_344_000,
      owned_by: "ollama",
      connection_type: null,
      tags: [{ name: "support" }],
      preset: true,
      hidden: false,
      status: "ready",
      actions: [],
      filters: [],
      info: { ...modelExample.item, user: undefined },
    },
  ],
};

/** Everything that the caller may read, hidden ones too, in the order that administrators chose. */
export function createListLiveModels(path: string) {
  const prepared = new WeakMap<ModelPage, Buffer>();
  return restRoute({
    method: "GET",
    path,
    operationId: "listLive",
    tag: "models",
    summary: "All models that the caller may read, aliases included",
    description: "From memory. `refresh=true` asks the providers first and waits up to two seconds.",
    policy: { auth: "member", scope: "models:read" },
    query,
    answer,
    examples: { query: { refresh: "true" }, answer: example },
    async handle(call) {
      const { snapshot, page } = await findPage(call, {});
      const known = prepared.get(page);
      if (known !== undefined) return sendBytes(call.reply, known);
      const place = ({ place: at }: ModelRow) => at?.order ?? Number.POSITIVE_INFINITY;
      const rows = page.rows.toSorted((one, other) => compare(place(one), place(other)));
      const aliases = snapshot.aliases().filter((alias) => snapshot.resolveAlias(call.actor, alias).ok);
      const data = [
        ...rows.map((row) => toLiveModel(snapshot, row)),
        ...aliases.map((alias) => toLiveAlias(alias.id, alias.createdAt)),
      ];
      const bytes = toAnswerBytes(answer, { data });
      prepared.set(page, bytes);
      return sendBytes(call.reply, bytes);
    },
  });
}

/** What providers list, without anything that was stored about it. */
export const listLiveBaseModels = restRoute({
  method: "GET",
  path: "/models/base",
  operationId: "listLiveBase",
  tag: "models",
  summary: "What the connections list, as it comes",
  policy: { auth: "administrator", scope: "models:read" },
  query,
  answer,
  examples: { answer: { data: [] } },
  async handle(call) {
    const { snapshot, page } = await findPage(call, { kind: "base" });
    return {
      data: page.rows.map((row) => {
        const { info: _, ...live } = toLiveModel(snapshot, row);
        return { ...live, name: row.id };
      }),
    };
  },
});

async function findPage(
  call: Pick<RestCall, "services"> & {
    readonly actor: NonNullable<RestCall["actor"]>;
    readonly query: z.output<typeof query>;
  },
  filter: { readonly kind?: "base" },
): Promise<{ readonly snapshot: CatalogSnapshot; readonly page: ModelPage }> {
  const { catalog, board, refresher } = call.services;
  if (call.query.refresh === true) await refresher.refreshAll(limits.refreshWaitMs);
  const snapshot = catalog.current();
  const all = { ...modelQuerySchema.parse(filter), limit: Number.MAX_SAFE_INTEGER, showHidden: true };
  return { snapshot, page: queryCatalog({ snapshot, health: board }, call.actor, all) };
}

function toLiveModel(snapshot: CatalogSnapshot, row: ModelRow): LiveModel {
  const { params: _, ...info } = toModelWire(snapshot, row);
  // absent for those who may not see connections, who learn nothing of them by tags either
  const connections = (row.connections ?? []).flatMap(({ uid }) => snapshot.findConnection(uid) ?? []);
  const tags = new Set([...row.tags, ...connections.flatMap((connection) => connection.tags)]);
  return {
    id: row.id,
    name: row.name,
    object: "model",
    created: toSeconds(row.createdAt),
    owned_by: row.provider === "ollama" ? "ollama" : "openai",
    connection_type: connections[0]?.connectionType ?? null,
    tags: [...tags].map((name) => ({ name })),
    ...(row.kind === "custom" && { preset: true }),
    hidden: row.hidden,
    status: row.status,
    actions: [],
    filters: [],
    ...((row.kind === "custom" || row.revision !== null) && { info }),
  };
}

function toLiveAlias(id: string, createdAt: string): LiveModel {
  const created = toSeconds(createdAt);
  const empty = { connection_type: null, tags: [], hidden: false, actions: [], filters: [] };
  return { id, name: id, object: "model", created, owned_by: "corral", ...empty };
}

function compare(one: number, other: number): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

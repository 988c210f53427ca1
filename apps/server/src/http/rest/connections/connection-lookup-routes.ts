import {
  connectionDraftSchema,
  DomainError,
  listCallable,
  type Actor,
  type CatalogSnapshot,
  type Verification,
} from "@corral/core";
import { z } from "zod";
import { indexParams } from "../../ollama/ollama-places.ts";
import { sendBytes, toAnswerBytes } from "../answer-bytes.ts";
import { beginCall } from "../begin-call.ts";
import { parseFields } from "../models/model-form.ts";
import { toSeconds } from "../models/model-wire.ts";
import { restRoute, type RestCall } from "../rest-route.ts";
import { providerErrors } from "../route-answers.ts";
import {
  entryConfigSchema,
  entryUrlSchema,
  inFamily,
  type ConnectionEntry,
  type Family,
} from "./connection-entry.ts";
import { listFamily, toEntry } from "./connection-sections.ts";
import { placeholderOf } from "./match-entries.ts";
import { toDraftFields } from "./plan-connection-set.ts";

const modelsSchema = z.object({
  object: z.literal("list"),
  data: z.array(
    z.object({
      id: z.string(),
      object: z.literal("model"),
      created: z.int(),
      owned_by: z.string(),
      urlIdx: z
        .int()
        .optional()
        .describe("To administrators: the first of the connections that it is called at, counted from 0."),
    }),
  ),
});
const example = {
  object: "list",
  data: [{ id: "gpt-4o", object: "model", created: 1_795_344_000, owned_by: "openai" }],
};

/** The bytes are made once for each list. */
export function createOpenAIModels() {
  const bodies = new WeakMap<object, Buffer>();
  return restRoute({
    method: "GET",
    path: "/models",
    operationId: "listModels",
    tag: "connections",
    summary: "Every model that the caller may call, of any provider",
    policy: { auth: "member", scope: "models:read" },
    answer: modelsSchema,
    examples: { answer: example },
    handle({ actor, services, reply }) {
      const snapshot = services.catalog.current();
      const list = listCallable(snapshot, actor);
      const known = bodies.get(list) ?? encodeCallable(snapshot, actor, list);
      bodies.set(list, known);
      return sendBytes(reply, known);
    },
  });
}

export const modelsOfConnection = restRoute({
  method: "GET",
  path: "/models/:index",
  operationId: "listModelsOfConnection",
  tag: "connections",
  summary: "What one connection lists at this moment, as it says itself",
  policy: { auth: "administrator", scope: "connections:read" },
  params: indexParams,
  answer: modelsSchema,
  errors: ["connection_not_found", ...providerErrors],
  examples: { answer: example },
  async handle(call) {
    const { services, actor, params } = call;
    const connections = inFamily("openai", services.catalog.current().connections());
    const connection = connections[params.index];
    if (connection === undefined) {
      throw new DomainError(
        "connection_not_found",
        `There is no connection ${params.index} here; there are ${connections.length}, counted from 0.`,
      );
    }
    const listed = await services.connections.listUpstream(actor, connection.uid, beginCall(call));
    return toList(listed.map(({ id, facts }) => toModel(id, facts.ownedBy ?? connection.provider)));
  },
});

const trying = {
  method: "POST",
  path: "/verify",
  operationId: "verify",
  tag: "connections",
  policy: { auth: "administrator", scope: "none" },
  errors: ["connection_not_found", "key_bound_to_origin", "outbound_denied", ...providerErrors],
} as const;
const key = z
  .string()
  .nullish()
  .describe("A placeholder stands for the key of its connection, and for that one's server alone.");

export const verifyOpenAI = restRoute({
  ...trying,
  summary: "Tries a connection as it would be saved: its models, or what failed",
  body: z.object({ url: entryUrlSchema, key, config: entryConfigSchema.nullish() }),
  answer: modelsSchema,
  examples: { body: { url: "https://api.openai.com/v1", key: "sk-…" }, answer: example },
  async handle(call) {
    const { url, key: typed, config } = call.body;
    const { models } = await probe(call, "openai", toEntry(0, { url, key: typed, config }));
    return toList(models.map((id) => toModel(id, "openai")));
  },
});

export const verifyOllama = restRoute({
  ...trying,
  summary: "Tries a connection to an Ollama server: its version, or what failed",
  body: z.object({ url: entryUrlSchema, key }),
  answer: z.object({ version: z.string() }),
  examples: { body: { url: "http://127.0.0.1:11434" }, answer: { version: "0.30.0" } },
  async handle(call) {
    const { url, key: typed } = call.body;
    const { version } = await probe(call, "ollama", toEntry(0, { url, key: typed, config: {} }));
    return { version: version ?? "unknown" };
  },
});

async function probe(
  call: Pick<RestCall, "services" | "container" | "reply"> & { readonly actor: Actor },
  family: Family,
  entry: ConnectionEntry,
): Promise<Verification> {
  const { services, actor } = call;
  const uid = placeholderOf(entry);
  const stored =
    uid === undefined
      ? undefined
      : (await listFamily(call, family)).find((connection) => connection.uid === uid);
  if (uid !== undefined && stored === undefined) {
    throw new DomainError(
      "connection_not_found",
      "The key is a placeholder of a connection that is not here.",
    );
  }
  const draft = parseFields(connectionDraftSchema, toDraftFields(family, entry, stored));
  const keepSecretsOf = stored && { keepSecretsOf: stored.uid };
  return services.connections.probe(actor, { draft, ...keepSecretsOf }, beginCall(call));
}

function toModel(id: string, ownedBy: string, createdAt?: string) {
  const created = createdAt === undefined ? 0 : toSeconds(createdAt);
  return { id, object: "model" as const, created, owned_by: ownedBy };
}

function toList<T>(data: readonly T[]) {
  return { object: "list" as const, data: [...data] };
}

function encodeCallable(
  snapshot: CatalogSnapshot,
  actor: Actor,
  list: ReturnType<typeof listCallable>,
): Buffer {
  const order = new Map(inFamily("openai", snapshot.connections()).map(({ uid }, at) => [uid, at]));
  const isAdmin = actor.principal.role === "admin";
  const data = list.map(({ id, createdAt, ownedBy }) => {
    const model = toModel(id, ownedBy, createdAt);
    const entry = isAdmin ? snapshot.findByName(id) : undefined;
    const resolution = entry && snapshot.resolve(actor, entry);
    const targets = resolution?.ok === true ? resolution.model.targets : [];
    const [urlIdx] = targets.flatMap(({ connection }) => order.get(connection.uid) ?? []);
    return urlIdx === undefined ? model : { ...model, urlIdx };
  });
  return toAnswerBytes(modelsSchema, toList(data));
}

import {
  listCallable,
  maySeeConnections,
  resolveCallable,
  type Actor,
  type Catalog,
  type CatalogSnapshot,
  type OllamaModel,
  type OllamaRunningModel,
} from "@corral/core";
import {
  fromOllamaShow,
  ollamaShowBodySchema,
  toOllamaShow,
  toOllamaTag,
  type OfferedModel,
} from "@corral/provider-ollama/facade";
import { z } from "zod";
import { sendBytes } from "../rest/answer-bytes.ts";
import { beginCall } from "../rest/begin-call.ts";
import { restRoute } from "../rest/rest-route.ts";
import { ollamaExamples, ollamaRunningSchema, ollamaShowSchema, ollamaTagsSchema } from "./answer-schemas.ts";
import { callErrors } from "./ollama-errors.ts";
import { connectionAt, indexParams, listOllamaConnections } from "./ollama-places.ts";

const shared = { tag: "ollama", dialect: "ollama" } as const;
const reading = { auth: "member", scope: "models:read" } as const;
const administering = { auth: "administrator", scope: "connections:read" } as const;

/** Ollama's own command line asks this before anything else. */
export const banner = (method: "GET" | "HEAD") =>
  restRoute({
    ...shared,
    method,
    path: "/",
    operationId: method === "GET" ? "banner" : "headBanner",
    summary: "Says that somebody is there",
    policy: { auth: "none", scope: "none" },
    answer: z.object({ status: z.literal(true) }),
    examples: { answer: { status: true } },
    handle: () => ({ status: true as const }),
  });

/** What clients may expect, by Ollama's own numbers. */
const level = "0.30.0-corral";

export const version = restRoute({
  ...shared,
  method: "GET",
  path: "/api/version",
  operationId: "version",
  summary: "The version of Ollama whose features these routes have",
  policy: reading,
  answer: z.object({ version: z.string() }),
  examples: { answer: { version: level } },
  handle: () => ({ version: level }),
});

export const versionOfConnection = restRoute({
  ...shared,
  method: "GET",
  path: "/api/version/:index",
  operationId: "versionOfConnection",
  summary: "The version of one Ollama server, as it says itself",
  policy: administering,
  params: indexParams,
  answer: z.object({ version: z.string() }),
  errors: ["connection_not_found", ...callErrors],
  examples: { answer: { version: "0.30.0" } },
  async handle(call) {
    const at = { connectionUid: connectionAt(call.services.catalog, call.params.index).uid };
    const { version: found } = await call.services.ollama.version(call.actor, at, {
      signal: beginCall(call),
    });
    return { version: found };
  },
});

/** Every model that the caller may call. The bytes are made once for each list. */
export function createTagsRoute() {
  const bodies = new WeakMap<object, Promise<Buffer>>();
  return restRoute({
    ...shared,
    method: "GET",
    path: "/api/tags",
    operationId: "tags",
    summary: "Every model that the caller may call, of any provider",
    policy: reading,
    answer: ollamaTagsSchema,
    examples: { answer: ollamaExamples.tags },
    async handle({ actor, services, reply }) {
      const snapshot = services.catalog.current();
      const list = listCallable(snapshot, actor);
      const made = bodies.get(list) ?? encodeTags(snapshot, actor, list);
      bodies.set(list, made);
      return sendBytes(reply, await made);
    },
  });
}

export const tagsOfConnection = restRoute({
  ...shared,
  method: "GET",
  path: "/api/tags/:index",
  operationId: "tagsOfConnection",
  summary: "What one Ollama server has, as it says itself",
  policy: administering,
  params: indexParams,
  answer: ollamaTagsSchema,
  errors: ["connection_not_found", ...callErrors],
  examples: { answer: ollamaExamples.tags },
  async handle(call) {
    const at = { connectionUid: connectionAt(call.services.catalog, call.params.index).uid };
    const models = await call.services.ollama.tags(call.actor, at, { signal: beginCall(call) });
    return { models: models.map(encodeInstalled) };
  },
});

export const running = restRoute({
  ...shared,
  method: "GET",
  path: "/api/ps",
  operationId: "running",
  summary: "What is in the memory of the Ollama servers; to administrators, others see nothing",
  policy: reading,
  answer: ollamaRunningSchema,
  errors: callErrors,
  examples: { answer: ollamaExamples.running },
  async handle(call) {
    const { actor, services } = call;
    if (actor.principal.role !== "admin" || !maySeeConnections(actor)) return { models: [] };
    const signal = beginCall(call);
    const servers = listOllamaConnections(services.catalog).filter(({ enabled }) => enabled);
    // one that does not answer hides nothing of the others
    const answers = await Promise.allSettled(
      servers.map(({ uid }) => services.ollama.running(actor, { connectionUid: uid }, { signal })),
    );
    const models = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    return { models: models.map(encodeRunning) };
  },
});

export const show = restRoute({
  ...shared,
  method: "POST",
  path: "/api/show",
  operationId: "show",
  summary: "What is known of a model that the caller may call",
  policy: { auth: "member", scope: "gateway:invoke" },
  takesCall: true,
  body: ollamaShowBodySchema,
  answer: ollamaShowSchema,
  errors: callErrors,
  examples: { body: { model: "support-bot" }, answer: ollamaExamples.show },
  handle({ actor, services, request, reply }) {
    const { model } = fromOllamaShow(request.body);
    const shown = toOllamaShow(findOffered(services.catalog, actor, model));
    return sendBytes(reply, Buffer.from(JSON.stringify(shown)));
  },
});

/** @throws DomainError as a call would. */
function findOffered(catalog: Pick<Catalog, "current">, actor: Actor, name: string): OfferedModel {
  const ports = { catalog, random: () => 0, uses: { note: () => undefined } };
  const [model] = resolveCallable(ports, actor, name);
  const [target] = model?.targets ?? [];
  return {
    id: name,
    provider: target?.connection.provider ?? "corral",
    facts: target?.placement.facts ?? {},
  };
}

async function encodeTags(
  snapshot: CatalogSnapshot,
  actor: Actor,
  list: ReturnType<typeof listCallable>,
): Promise<Buffer> {
  const order = new Map(
    listOllamaConnections({ current: () => snapshot }).map(({ uid }, index) => [uid, index]),
  );
  const isAdmin = actor.principal.role === "admin";
  const models = await Promise.all(
    list.map(async ({ id, createdAt }) => {
      const entry = snapshot.findByName(id);
      const resolution = entry && snapshot.resolve(actor, entry);
      const targets = resolution?.ok === true ? resolution.model.targets : [];
      const [target] = targets;
      const tag = await toOllamaTag({
        id,
        provider: target?.connection.provider ?? "corral",
        facts: target?.placement.facts ?? {},
        modifiedAt: target?.placement.facts.modifiedAt ?? createdAt,
      });
      const urls = targets.flatMap(({ connection }) => order.get(connection.uid) ?? []);
      return isAdmin && urls.length > 0 ? { ...tag, urls } : tag;
    }),
  );
  return Buffer.from(JSON.stringify({ models }));
}

function detailsOf(model: OllamaModel | OllamaRunningModel) {
  return {
    parent_model: model.parentModel ?? "",
    format: model.format ?? "",
    family: model.family ?? "",
    families: [...model.families],
    parameter_size: model.parameterSize ?? "",
    quantization_level: model.quantization ?? "",
  };
}

function encodeInstalled(model: OllamaModel) {
  return {
    name: model.name,
    model: model.name,
    modified_at: model.modifiedAt,
    size: model.sizeBytes,
    digest: model.digest ?? "",
    details: detailsOf(model),
    ...(model.capabilities && { capabilities: [...model.capabilities] }),
  };
}

function encodeRunning(model: OllamaRunningModel) {
  return {
    name: model.name,
    model: model.name,
    size: model.sizeBytes,
    size_vram: model.vramBytes,
    digest: model.digest ?? "",
    details: detailsOf(model),
    expires_at: model.expiresAt,
    ...(model.contextLength !== null && { context_length: model.contextLength }),
  };
}

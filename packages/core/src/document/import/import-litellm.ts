import { invalidField } from "../../error/invalid-field.ts";
import type { CatalogSnapshot } from "../../catalog/catalog-snapshot.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import { publicNameKey } from "../../model/model-id.ts";
import type { DocumentPorts } from "../document-ports.ts";
import { toRefusal, type DocumentReport, type ReportItem } from "../document-report.ts";
import { modelItemSchema, type ModelItem } from "../document-schema.ts";
import type { ParsedItem } from "../parse-document.ts";
import type { Importer } from "./import-file.ts";
import type { ImportRequest } from "./import-request.ts";
import { LitellmEndpoints, toConnectionOf, type Endpoint } from "./litellm-connections.ts";
import { readSettings } from "./litellm-models.ts";
import { litellmConfigSchema, litellmModelSchema } from "./litellm-schema.ts";
import { runImport } from "./run-import.ts";

const source = "litellm";

/**
 * Reads LiteLLM's `config.yaml` as a document of ours, with the source `litellm`, and applies it: endpoints become
 * connections, names with another model behind them custom models. Importing a changed file again updates its own.
 */
export async function importLiteLLM(
  ports: DocumentPorts,
  importer: Importer,
  { value, ...options }: ImportRequest & { readonly value: JsonValue },
): Promise<DocumentReport> {
  const endpoints = new LitellmEndpoints(ports.secrets);
  const { models, refused, notes } = await readConfig(value, {
    endpoints,
    snapshot: ports.catalog.current(),
  });
  const document = {
    source,
    images: {},
    items: {
      settings: undefined,
      group: undefined,
      policy: undefined,
      alias: undefined,
      connection: endpoints.all().map((endpoint): ParsedItem<ReturnType<typeof toConnectionOf>> => ({
        ok: true,
        name: endpoint.slug,
        item: toConnectionOf(endpoint),
      })),
      model: models.map(({ item }): ParsedItem<ModelItem> => ({ ok: true, name: item.id, item })),
    },
  };
  const report = await runImport({ ...ports, secrets: endpoints.source }, importer, {
    ...options,
    document,
    toLines: (items) => [...refused, ...withNotes(items, models)],
  });
  return { ...report, notes: [...notes, ...endpoints.notes] };
}

type NotedModel = { readonly item: ModelItem; readonly notes: readonly string[] };

async function readConfig(
  value: JsonValue,
  on: { readonly endpoints: LitellmEndpoints; readonly snapshot: CatalogSnapshot },
) {
  const config = litellmConfigSchema.safeParse(value);
  if (!config.success)
    throw invalidField(["text"], "The file is no LiteLLM configuration: it has no model_list.");
  const found = new Map<string, NotedModel | null>();
  const refused: ReportItem[] = [];
  const notes = listLeftOut(value);
  for (const [at, entry] of config.data.model_list.entries()) {
    const place = `model_list.${at}`;
    try {
      const made = await readEntry(entry, on);
      const key = publicNameKey(made.name);
      const isTwice = found.has(key);
      if (isTwice)
        notes.push(
          `${place}: "${made.name}" has more than one deployment; calls go to the first. Make an alias over them.`,
        );
      else found.set(key, made.model);
      const beside = isTwice ? [...made.notes, ...(made.model?.notes ?? [])] : made.notes;
      notes.push(...beside.map((note) => `${place}: ${note}`));
    } catch (error) {
      refused.push(toRefused(nameOfEntry(entry) ?? place, error));
    }
  }
  for (const [alias, target] of readGroupAliases(value)) {
    const key = publicNameKey(alias);
    if (found.has(key)) continue;
    const parsed = modelItemSchema.safeParse({ id: alias, name: alias, baseModelId: target });
    if (parsed.success) found.set(key, { item: parsed.data, notes: [] });
  }
  return { models: [...found.values()].filter((model) => model !== null), refused, notes };
}

/** `model: null`: the provider's own model is all that the entry names. */
async function readEntry(
  raw: unknown,
  { endpoints, snapshot }: { readonly endpoints: LitellmEndpoints; readonly snapshot: CatalogSnapshot },
): Promise<{ readonly name: string; readonly model: NotedModel | null; readonly notes: readonly string[] }> {
  const entry = parse(litellmModelSchema, raw);
  const { model_name: name } = entry;
  const { endpoint, upstreamId } = await endpoints.place(entry);
  const { params, meta, notes } = readSettings(entry);
  if (upstreamId.includes("*")) {
    return {
      name,
      model: null,
      notes: [`"${name}" stands for every model of its provider; the connection lists them all.`],
    };
  }
  const baseModelId = publicNameOf(endpoint, upstreamId, { endpoints, snapshot });
  const isBare = Object.keys(params).length === 0 && Object.keys(meta).length === 0;
  const isBase = publicNameKey(name) === publicNameKey(baseModelId);
  if (isBase && isBare) return { name, model: null, notes };
  const fields = { id: name, name, params, meta };
  const item = parse(modelItemSchema, { ...fields, baseModelId: isBase ? null : baseModelId });
  return { name, model: { item, notes }, notes: [] };
}

/** A name that another connection has already is reached through the connection's own. */
function publicNameOf(
  endpoint: Endpoint,
  upstreamId: string,
  on: { readonly endpoints: LitellmEndpoints; readonly snapshot: CatalogSnapshot },
): string {
  const path = `${endpoint.slug}/${upstreamId}`;
  const entry = on.snapshot.findByName(upstreamId);
  if (entry !== undefined) {
    const slugs =
      entry.kind === "base"
        ? entry.base.placements.map(({ connectionUid }) => on.snapshot.findConnection(connectionUid)?.slug)
        : [];
    return slugs.includes(endpoint.slug) ? upstreamId : path;
  }
  const owner = on.endpoints.all().find(({ upstreamIds }) => upstreamIds.has(upstreamId));
  return owner === endpoint || (owner?.provider.kind === "ollama" && endpoint.provider.kind === "ollama")
    ? upstreamId
    : path;
}

/** Every setting that is no model, by name alone: values may be secrets. */
function listLeftOut(value: JsonValue): string[] {
  const { model_list: _models, ...sections } = value as JsonObject; // safe: the schema of the file took it
  return Object.entries<JsonValue>(sections).flatMap(([section, settings]) => {
    const names = isObject(settings)
      ? Object.keys(settings).filter((name) => name !== "model_group_alias")
      : [""];
    return names.map(
      (name) => `${name === "" ? section : `${section}.${name}`}: has no counterpart here and was left out.`,
    );
  });
}

function readGroupAliases(value: JsonValue): readonly (readonly [string, string])[] {
  const router = isObject(value) ? value["router_settings"] : undefined;
  const aliases = isObject(router) ? router["model_group_alias"] : undefined;
  if (!isObject(aliases)) return [];
  return Object.entries<JsonValue>(aliases).flatMap(([alias, target]) => {
    const name = isObject(target) ? target["model"] : target;
    return typeof name === "string" ? [[alias, name] as const] : [];
  });
}

function withNotes(items: readonly ReportItem[], models: readonly NotedModel[]): readonly ReportItem[] {
  const notes = new Map(models.map((model) => [publicNameKey(model.item.id), model.notes]));
  return items.map((item) =>
    item.kind === "model"
      ? { ...item, notes: [...(notes.get(publicNameKey(item.name)) ?? []), ...item.notes] }
      : item,
  );
}

function toRefused(name: string, error: unknown): ReportItem {
  const line = { changes: [], drift: [], adopted: false, notes: [] };
  return { ...line, kind: "model", name, ...toRefusal(error) };
}

function nameOfEntry(entry: unknown): string | undefined {
  return litellmModelSchema.pick({ model_name: true }).safeParse(entry).data?.model_name;
}

function parse<T>(
  schema: {
    safeParse(
      value: unknown,
    ):
      | { success: true; data: T }
      | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
  },
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidField(
    ["text"],
    `${issue?.path.join(".") || "The entry"}: ${issue?.message ?? "has a wrong value"}`,
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

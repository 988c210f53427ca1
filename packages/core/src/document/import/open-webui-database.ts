import type { JsonObject, JsonValue } from "../../json.ts";
import type { Actor } from "../../identity/actor.ts";
import { invalidField } from "../../error/invalid-field.ts";
import type { DocumentAccess } from "../document-access.ts";
import { hashOfImage } from "../document-images.ts";
import type { DocumentPorts } from "../document-ports.ts";
import { toRefusal, type DocumentReport, type ReportItem } from "../document-report.ts";
import { documentVersion } from "../document-schema.ts";
import { parseDocument } from "../parse-document.ts";
import { readWorld } from "../read-world.ts";
import type { Importer } from "./import-file.ts";
import type { ImportRequest } from "./import-request.ts";
import { listed, OpenWebUIPeople } from "./open-webui-people.ts";
import { countShares, readShares, toNamedAccess, type Shares } from "./open-webui-shares.ts";
import {
  parseOpenWebUITables,
  readJsonColumn,
  type OpenWebUIModelRow,
  type OpenWebUITables,
} from "./open-webui-tables.ts";
import { readOpenWebUIModel } from "./open-webui.ts";
import { runImport } from "./run-import.ts";

const source = "open-webui";

/**
 * Reads the tables of Open WebUI's database as a document of ours, with the source `open-webui`, and applies it: its
 * groups, and its models with the owners that have an account here. Importing it again updates what the first made.
 */
export async function importOpenWebUIDatabase(
  ports: DocumentPorts,
  importer: Importer,
  { value, ...options }: ImportRequest & { readonly value: JsonValue },
): Promise<DocumentReport> {
  const { document, groups, models, refused, notes } = await readDatabase(ports, importer.actor, value);
  const notesOf = { group: groups.map((group) => group.notes), model: models.map((model) => model.notes) };
  const report = await runImport(ports, importer, {
    ...options,
    document: parseDocument(document),
    toLines: (items) => [...refused, ...withNotes(items, notesOf)],
  });
  return { ...report, notes };
}

/** The document itself, for whoever wants to change it before it is applied, and what it does not hold. */
export async function convertOpenWebUIDatabase(
  ports: DocumentPorts,
  actor: Actor,
  value: JsonValue,
): Promise<{ readonly document: JsonObject; readonly notes: readonly string[] }> {
  const { document, groups, models, refused, notes } = await readDatabase(ports, actor, value);
  const said = [
    ...refused.map(({ name, error }) => `model ${name}: ${error?.message ?? ""}`),
    ...groups.flatMap(({ item, notes: own }) => own.map((note) => `group ${item.name}: ${note}`)),
    ...models.flatMap(({ id, notes: own }) => own.map((note) => `model ${id}: ${note}`)),
  ];
  return { document, notes: [...said, ...notes] };
}

async function readDatabase(ports: DocumentPorts, actor: Actor, value: JsonValue) {
  const tables = parseOpenWebUITables(value);
  const people = new OpenWebUIPeople(await readWorld(ports, actor), tables);
  const { models, refused, notes } = await readModels(tables, people);
  const { groups } = people;
  const document: JsonObject = {
    corral: documentVersion,
    source,
    // safe: members were read as text
    groups: groups.map(({ item }) => item as JsonObject),
    models: models.map(({ item }) => item),
    images: Object.fromEntries(models.flatMap(({ image }) => (image === undefined ? [] : [image]))),
  };
  return { document, groups, models, refused, notes: [...people.notes, ...notes] };
}

type NotedModel = {
  readonly id: string;
  readonly item: JsonObject;
  readonly image: readonly [hash: string, url: string] | undefined;
  readonly notes: readonly string[];
};

async function readModels(tables: OpenWebUITables, people: OpenWebUIPeople) {
  const sharesOf = readShares(tables);
  const models: NotedModel[] = [];
  const refused: ReportItem[] = [];
  const notes = listLeftOut(tables);
  for (const [at, row] of tables.tables.model.entries()) {
    const name = row.id?.slice(0, 256) || `model.${at}`;
    try {
      const meta = readJsonColumn("meta", row.meta);
      if (isArena(row, meta))
        notes.push(`model "${name}": is an arena, which has no counterpart here; left out.`);
      else models.push(await readModel({ row, meta, shares: sharesOf(row) }, people));
    } catch (error) {
      const line = { changes: [], drift: [], adopted: false, notes: [] };
      refused.push({ ...line, kind: "model", name, ...toRefusal(error) });
    }
  }
  return { models, refused, notes };
}

async function readModel(
  {
    row,
    meta,
    shares,
  }: { readonly row: OpenWebUIModelRow; readonly meta: JsonValue; readonly shares: Shares },
  people: OpenWebUIPeople,
): Promise<NotedModel> {
  const { id, name, base_model_id: baseModelId = null, is_active: isActive = null } = row;
  if (!id) throw invalidField(["id"], "id: it has none.");
  const { fields, notes } = readOpenWebUIModel({
    id,
    // what every list shows where there is no name
    name: name?.trim() ? name : id,
    base_model_id: baseModelId === "" ? null : baseModelId,
    params: readJsonColumn("params", row.params),
    meta,
    is_active: isActive,
  });
  const { owner, access, notes: whose } = readOwnerAndAccess(row, { shares, people });
  const url = fields.meta["profile_image_url"];
  const picture = typeof url === "string" && url.startsWith("data:") ? url : undefined;
  const hash = picture && (await hashOfImage(picture));
  const item = {
    ...fields,
    ...(owner !== undefined && { owner }),
    access,
    ...(hash && { meta: { ...fields.meta, profile_image_url: `corral-image:${hash}` } }),
  };
  return {
    id,
    // safe: all of it was read from JSON
    item: item as JsonObject,
    image: picture && hash ? [hash, picture] : undefined,
    notes: [...notes, ...whose],
  };
}

/** Whose model is nobody's here becomes the importer's, for them alone: they decide who gets it. */
function readOwnerAndAccess(
  { user_id: ownerId, base_model_id: baseModelId }: OpenWebUIModelRow,
  { shares, people }: { readonly shares: Shares; readonly people: OpenWebUIPeople },
): { readonly owner?: string; readonly access: DocumentAccess; readonly notes: readonly string[] } {
  const shared = toNamedAccess(shares, people);
  if (!baseModelId) return shared;
  const owner = people.findAccount(ownerId ?? "");
  if (owner !== undefined) return { ...shared, owner };
  const count = countShares(shares);
  const before =
    shares.everyone !== "nobody"
      ? " Everybody might use it."
      : count > 0
        ? ` It was shared with ${count} people and groups.`
        : "";
  return {
    access: "private",
    notes: [
      ...shares.notes,
      `owner: was ${people.describeUser(ownerId)}; it goes to whoever imports it, and is private.${before}`,
    ],
  };
}

/** One of several models at random: kept in its settings, and in this table only what was said about it. */
function isArena({ id, base_model_id: baseModelId }: OpenWebUIModelRow, meta: JsonValue): boolean {
  if (baseModelId) return false;
  const isListing =
    typeof meta === "object" && meta !== null && ("model_ids" in meta || "filter_mode" in meta);
  return id === "arena-model" || isListing;
}

/** What is nobody's line of the report. */
function listLeftOut({ tables, leftOut }: OpenWebUITables): string[] {
  const notes = leftOut.map((column) => `${column}: has no counterpart here and was left out.`);
  const overrides = tables.model.filter((row) => !row.base_model_id).length;
  if (overrides > 0) {
    notes.push(
      `model.user_id: was left out for ${overrides} providers' own models, which have no owner here.`,
    );
  }
  const ids = new Set(tables.model.map(({ id }) => id));
  const lost = new Set(tables.access_grant?.map((row) => row.resource_id).filter((id) => !ids.has(id)));
  if (lost.size > 0)
    notes.push(`access_grant: left out for models that are not there: ${listed([...lost])}.`);
  const isSaid =
    tables.access_grant !== undefined || tables.model.some((row) => row.access_control !== undefined);
  if (!isSaid && tables.model.length > 0)
    notes.push("access: the database does not say who may use a model; all are private.");
  return notes;
}

/** Lines come in the order of the document. */
function withNotes(
  items: readonly ReportItem[],
  notes: { readonly group: readonly (readonly string[])[]; readonly model: readonly (readonly string[])[] },
): readonly ReportItem[] {
  const next = { group: notes.group.values(), model: notes.model.values() };
  return items.map((item) =>
    item.kind === "group" || item.kind === "model"
      ? { ...item, notes: [...(next[item.kind].next().value ?? []), ...item.notes] }
      : item,
  );
}

import { invalidField } from "../../error/invalid-field.ts";
import { DomainError, type ErrorIssue } from "../../error/domain-error.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import { createModelSchema, updateModelSchema } from "../../model/model-input.ts";
import { recordUidOf } from "../../model/writable-entry.ts";
import type { ItemWrite } from "../../operation/item-write.ts";
import type { ItemError } from "../document-report.ts";
import { toRefusal } from "../document-report.ts";
import type { World } from "../read-world.ts";
import { readOpenWebUIAccess, type ForeignNames } from "./open-webui-access.ts";
import { readOpenWebUIMeta } from "./open-webui-meta.ts";
import { readOpenWebUIParams } from "./open-webui-params.ts";

/** One row of the file: what it asks to be written, or why it cannot be read. */
export type ReadRow = {
  readonly name: string;
  readonly write: ItemWrite | null;
  readonly error: ItemError | null;
  readonly notes: readonly string[];
};

/**
 * The rows of an export: an array, `{models}`, one object, or what the browser saves, where the row stands in `info`.
 *
 * @throws DomainError `invalid_input` for anything else.
 */
export function listRows(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[]; // safe: an array of JSON
  if (isObject(value)) {
    const { models, id, info } = value;
    if (Array.isArray(models)) return models as readonly JsonValue[]; // safe: as above
    if (typeof id === "string" || isObject(info)) return [value];
  }
  throw invalidField(
    ["text"],
    "The file is no list of models: expected an array, { models: [...] }, or one model.",
  );
}

/** Who is behind the ids in the file: what it says itself, and over it what the caller says. */
export function readForeignNames(
  value: JsonValue,
  given:
    | { readonly users: Readonly<Record<string, string>>; readonly groups: Readonly<Record<string, string>> }
    | undefined,
): ForeignNames {
  const users = new Map<string, string>();
  const groups = new Map<string, string>();
  const note = (entry: JsonValue | undefined, to: Map<string, string>, field: string) => {
    if (!isObject(entry)) return;
    const [id, name] = [entry["id"], entry[field]];
    if (typeof id === "string" && typeof name === "string") to.set(id, name);
  };
  const lists = isObject(value) ? value : {};
  for (const user of asArray(lists["users"])) note(user, users, "email");
  for (const group of asArray(lists["groups"])) note(group, groups, "name");
  for (const row of listRows(value)) if (isObject(row)) note(row["user"], users, "email");
  for (const [id, email] of Object.entries(given?.users ?? {})) users.set(id, email);
  for (const [id, name] of Object.entries(given?.groups ?? {})) groups.set(id, name);
  return { users, groups };
}

/** Reads one row as the write that it asks for: a new model, or a change of the one that has its id. */
export function readRow(
  world: World,
  row: JsonValue,
  on: { readonly at: number; readonly foreign: ForeignNames },
): ReadRow {
  const place = `models.${on.at}`;
  if (!isObject(row)) return refused(place, invalidField(["models", on.at], "The entry is no object."), []);
  const { id } = row;
  const name = typeof id === "string" && id !== "" ? id.slice(0, 256) : place;
  const flat = flatten(row);
  if (flat === undefined) {
    return {
      name,
      write: null,
      error: null,
      notes: ["Nothing was stored about this provider's model; there is nothing to import."],
    };
  }
  const notes: string[] = [];
  try {
    const read = readOpenWebUIModel(flat);
    // our own export says so of what only shows what its connection shows
    const shared =
      flat["access_inherited"] === true
        ? undefined
        : readOpenWebUIAccess(flat, { world, foreign: on.foreign });
    notes.push(...read.notes, ...(shared?.notes ?? []));
    const fields = {
      ...read.fields,
      ...(shared && { access: shared.access }),
      ...(flat["param_modes"] !== undefined && { paramModes: flat["param_modes"] }),
    };
    return { name, write: toWrite(world, fields), error: null, notes };
  } catch (error) {
    return refused(name, error, notes);
  }
}

/** What a row says of a model, beside who it belongs to and who may use it. @throws DomainError `invalid_input`. */
export function readOpenWebUIModel(row: JsonObject) {
  const { params, opaque, notes } = readOpenWebUIParams(asObject("params", row["params"]));
  const { meta, notes: metaNotes } = readOpenWebUIMeta(asObject("meta", row["meta"]), opaque);
  const fields = {
    id: row["id"],
    name: row["name"],
    baseModelId: row["base_model_id"] ?? null,
    params,
    meta,
    ...readActive(row["is_active"]),
  };
  return { fields, notes: [...notes, ...metaNotes] };
}

/** The browser saves what it lists, with the row in `info`; `undefined` for a listed model that has no row. */
function flatten(row: JsonObject): JsonObject | undefined {
  const { info, params } = row;
  if (isObject(info)) return { ...row, ...info, params: info["params"] ?? params ?? {} };
  const isListing = row["object"] === "model" && row["meta"] === undefined && params === undefined;
  return isListing ? undefined : row;
}

type Fields = {
  readonly id: JsonValue | undefined;
  readonly meta: Readonly<Record<string, JsonValue>>;
  readonly [field: string]: unknown;
};

function toWrite(world: World, fields: Fields): ItemWrite {
  const { snapshot, actor, records } = world;
  const entry = typeof fields.id === "string" ? snapshot.findByName(fields.id) : undefined;
  const isReadable = entry !== undefined && snapshot.decide(actor.principal, "read", entry).allowed;
  // a custom model cannot take the name of a provider's: the single call says so
  const isUpdate = isReadable && (entry.kind === "custom" || fields["baseModelId"] === null);
  if (!isUpdate) return { kind: "create", input: read(createModelSchema, fields) };
  const uid = recordUidOf(entry);
  const picture = uid === undefined ? undefined : records.get(uid)?.meta.profile_image_url;
  // no picture in the file is no wish to lose the one that is here
  const meta = typeof picture === "string" ? { profile_image_url: picture, ...fields.meta } : fields.meta;
  return { kind: "update", input: read(updateModelSchema, { ...fields, meta }) };
}

/** It has been stored as a number and as a word. */
function readActive(value: JsonValue | undefined): { readonly isActive?: unknown } {
  if (value === undefined || value === null) return {};
  if (value === 1 || value === "1" || value === "true") return { isActive: true };
  return { isActive: value === 0 || value === "0" || value === "false" ? false : value };
}

function read<T>(
  schema: {
    safeParse(value: unknown):
      | { readonly success: true; readonly data: T }
      | {
          readonly success: false;
          readonly error: {
            readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
          };
        };
  },
  fields: Fields,
): T {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 20).map(({ path, message }): ErrorIssue => ({
    path: path.map((part) => (typeof part === "number" ? part : String(part))),
    message,
  }));
  const [first] = issues;
  throw new DomainError(
    "invalid_input",
    `${first?.path.join(".") || "The model"}: ${first?.message ?? "has a wrong value"}`,
    { details: { issues } },
  );
}

function refused(name: string, error: unknown, notes: readonly string[]): ReadRow {
  return { name, write: null, error: toRefusal(error).error, notes };
}

function asObject(field: "params" | "meta", value: JsonValue | undefined): JsonObject {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw invalidField([field], `${field} must be an object.`);
}

function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : []; // safe: an array of JSON
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

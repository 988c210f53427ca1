import { z } from "zod";
import { DomainError, isDomainError } from "../../error/domain-error.ts";
import { invalidField } from "../../error/invalid-field.ts";
import type { JsonValue } from "../../json.ts";
import { limits } from "../../limits.ts";
import { assertPlain } from "../document-text.ts";

/*
 * Rows of Open WebUI's own database, every column as text: what SQLite and PostgreSQL write for the same value differs
 * otherwise. A column or a table that its version does not have is absent.
 */

const column = z.string().nullish();
const id = z.string();

const modelRowSchema = z.strictObject({
  id: column,
  user_id: column,
  /** Null: what is stored about a provider's own model. */
  base_model_id: column,
  name: column,
  params: column,
  meta: column,
  /** Only of older versions; null or JSON's `null`: everybody. */
  access_control: column,
  is_active: column,
});
export type OpenWebUIModelRow = z.output<typeof modelRowSchema>;

const grantRowSchema = z.strictObject({
  resource_id: id,
  principal_type: z.string(),
  /** `*` with type `user`: everybody. */
  principal_id: id,
  permission: z.string(),
});
export type OpenWebUIGrantRow = z.output<typeof grantRowSchema>;

const groupRowSchema = z.strictObject({
  id,
  name: column,
  description: column,
  /** Only of older versions, which have no table of members. */
  user_ids: column,
  permissions: column,
  data: column,
  meta: column,
});
export type OpenWebUIGroupRow = z.output<typeof groupRowSchema>;

const rows = <Row extends z.ZodType>(row: Row) => z.array(row).max(limits.documentItems);

const openWebUITablesSchema = z.strictObject({
  tables: z.strictObject({
    model: rows(modelRowSchema),
    /** Absent: a version that keeps grants in `model.access_control`. */
    access_grant: rows(grantRowSchema).optional(),
    user: rows(z.strictObject({ id, email: column })),
    group: rows(groupRowSchema).default([]),
    group_member: rows(z.strictObject({ group_id: id, user_id: id })).optional(),
  }),
  /** Columns that were not read, as `model.created_at`. */
  leftOut: z.array(z.string().max(256)).max(1_000).default([]),
});
export type OpenWebUITables = z.output<typeof openWebUITablesSchema>;

/** @throws DomainError `invalid_input` for anything else. */
export function parseOpenWebUITables(value: JsonValue): OpenWebUITables {
  const parsed = openWebUITablesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidField(
    ["text"],
    `These are no tables of an Open WebUI database: ${issue?.path.join(".") || "it"} ${issue?.message ?? "is wrong"}.`,
  );
}

/** What a column of JSON holds; `null` where it holds nothing. @throws DomainError `invalid_input` that names it. */
export function readJsonColumn(name: string, text: string | null | undefined): JsonValue {
  if (text === null || text === undefined || text.trim() === "") return null;
  try {
    // safe: JSON is nothing else, and it is held to the same bounds as a document
    const value = JSON.parse(text) as JsonValue;
    assertPlain(value);
    return value;
  } catch (error) {
    if (isDomainError(error)) throw new DomainError("invalid_input", `${name}: ${error.message}`);
    throw invalidField([name], `${name}: holds no JSON.`, { cause: error });
  }
}

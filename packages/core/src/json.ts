import { z } from "zod";

/** Any value that JSON can carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/*
 * Checked by hand: a schema of records would silently drop keys such as `__proto__`, which callers have to refuse. Depth
 * is bounded where a body is parsed.
 */

export const jsonValueSchema = z.custom<JsonValue>(isJsonValue, "must be a JSON value");
export const jsonObjectSchema = z.custom<JsonObject>(isJsonObject, "must be a JSON object");

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && isJsonValue(value);
}

function isJsonValue(value: unknown): value is JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  return (Array.isArray(value) ? value : Object.values(value)).every(isJsonValue);
}

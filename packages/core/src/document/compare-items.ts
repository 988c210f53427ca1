import { canonicalJson } from "../json-equality.ts";
import type { JsonValue } from "../json.ts";
import type { FieldChange } from "../model/compare-records.ts";

/** Fields whose keys are compared one by one. */
const keyedFields: ReadonlySet<string> = new Set([
  "params",
  "paramModes",
  "meta",
  "timeouts",
  "secrets",
  "match",
  "actions",
]);

type Fields = Readonly<Record<string, unknown>>;

/** What `wanted` says otherwise than `stored`. A field that `wanted` does not have is not its business. */
export function compareItems(stored: Fields, wanted: Fields): readonly FieldChange[] {
  return Object.keys(wanted).flatMap((field) => {
    const [before, after] = [stored[field], wanted[field]];
    if (after === undefined) return [];
    if (keyedFields.has(field) && isObject(before) && isObject(after))
      return compareKeys(field, before, after);
    return toChange([field], before, after);
  });
}

function compareKeys(field: string, before: Fields, after: Fields): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) => toChange([field, name], before[name], after[name]));
}

function toChange(path: readonly string[], before: unknown, after: unknown): readonly FieldChange[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  // safe: items are JSON
  return [{ path, before: (before ?? null) as JsonValue, after: (after ?? null) as JsonValue }];
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

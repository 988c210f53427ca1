import { isSameJson } from "../json-equality.ts";
import type { JsonValue } from "../json.ts";
import type { ModelRecord } from "./model-record.ts";

/** One field that differs. `path` is a field, or a field and a key: `params.temperature`. Absent values are `null`. */
export type FieldChange = {
  readonly path: readonly string[];
  readonly before: JsonValue;
  readonly after: JsonValue;
};

/** What differs between two states of a record, in the order of its fields. */
export function compareRecords(before: ModelRecord, after: ModelRecord): readonly FieldChange[] {
  const [left, right] = [toFields(before), toFields(after)];
  const whole = wholeFields.flatMap((name) => toChange([name], left[name], right[name]));
  const keyed = keyedFields.flatMap((name) => compareKeys(name, left[name], right[name]));
  return [...whole, ...keyed];
}

const wholeFields = ["name", "baseModelId", "baseAccess", "ownerId", "isActive", "access"] as const;
const keyedFields = ["params", "paramModes", "meta"] as const;

function toFields(record: ModelRecord) {
  const { name, isActive, access, params, paramModes, meta } = record;
  const common = { name, isActive, access: withSortedGrants(access), params, paramModes, meta };
  if (record.kind === "override") return { ...common, baseModelId: null, baseAccess: null, ownerId: null };
  const { baseId, baseAccess, ownerId } = record;
  return { ...common, baseModelId: baseId, baseAccess: baseAccess.kind, ownerId };
}

/** The same people in another order are the same access. */
function withSortedGrants(access: ModelRecord["access"]): ModelRecord["access"] {
  if (access.kind !== "restricted") return access;
  const sorted = ({ groupIds, userIds }: typeof access.read) => ({
    groupIds: groupIds.toSorted(),
    userIds: userIds.toSorted(),
  });
  return { kind: "restricted", read: sorted(access.read), write: sorted(access.write) };
}

function compareKeys(field: string, before: object, after: object): readonly FieldChange[] {
  const [left, right] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return names.flatMap((name) => toChange([field, name], left.get(name), right.get(name)));
}

function toChange(path: readonly string[], before: unknown, after: unknown): readonly FieldChange[] {
  if (isSameJson(before ?? null, after ?? null)) return [];
  // safe: all of a record is JSON
  return [{ path, before: (before ?? null) as JsonValue, after: (after ?? null) as JsonValue }];
}

import type { JsonValue } from "./json.ts";

/** Whether two JSON values are equal whatever the order of their keys. `undefined` properties count as absent. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** JSON text with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: JsonValue) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? sortOwnKeys(inner) : inner,
  );
}

/** The same JSON value with the keys of every object in order, so that its text is always the same. */
export function sortKeys<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const sorted = Array.isArray(value)
    ? value.map(sortKeys)
    : Object.fromEntries(Object.entries(sortOwnKeys(value)).map(([key, inner]) => [key, sortKeys(inner)]));
  return sorted as T; // safe: nothing but the order of keys is another
}

function sortOwnKeys(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

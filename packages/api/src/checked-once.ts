import type { z } from "zod";

/**
 * An output check for frozen values that are given out again and again: the first time each is held against the schema,
 * afterwards it passes as it is. For schemas that change nothing; others would have to give out what they made.
 */
export function checkedOnce<S extends z.ZodType<object>>(schema: S): (value: unknown) => z.output<S> {
  const checked = new WeakSet<object>();
  return (value) => {
    // safe: it was parsed before, and cannot have changed
    if (typeof value === "object" && value !== null && checked.has(value)) return value as z.output<S>;
    const parsed = schema.parse(value);
    // safe: a schema of objects took it
    const original = value as z.output<S>;
    if (!Object.isFrozen(original)) return parsed;
    checked.add(original);
    return original;
  };
}

/** Freezes plain data with all that is in it, so that one answer can be given to many. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  // Every new page goes through here: most of its values are texts and numbers, and are not worth a call.
  for (const key in value) if (typeof value[key] === "object") deepFreeze(value[key]);
  return value;
}

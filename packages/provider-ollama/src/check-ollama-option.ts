import { DomainError, type JsonValue } from "@corral/core";
import { keepAliveSchema, ollamaOptionShapes } from "./ollama-param-table.ts";

/** Where in the request a value was, for error messages. */
export type FieldPath = readonly [string, ...(string | number)[]];

/**
 * Ollama answers 500 to an option of a wrong type: it is refused here, by name.
 *
 * @throws DomainError `invalid_input`
 */
export function assertOllamaOption(name: string, value: JsonValue, path: FieldPath): void {
  if (!Object.hasOwn(ollamaOptionShapes, name)) return;
  // safe: an own key
  const parsed = ollamaOptionShapes[name as keyof typeof ollamaOptionShapes].safeParse(value);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  const inside = issue?.path.map((step) => (typeof step === "symbol" ? String(step) : step)) ?? [];
  throw wrongField([...path, ...inside], issue?.message ?? "has a wrong type");
}

/** @throws DomainError `invalid_input` for text without a unit, which Ollama refuses. */
export function assertKeepAlive(value: JsonValue, path: FieldPath): void {
  if (keepAliveSchema.safeParse(value).success) return;
  throw wrongField(path, 'must be seconds, or a duration with its unit such as "5m"');
}

/** The error for a field of a wrong type. */
export function wrongField(path: FieldPath, message: string): DomainError {
  const param = path.join(".");
  return new DomainError("invalid_input", `${param}: ${message}.`, {
    details: { param, issues: [{ path, message }] },
  });
}

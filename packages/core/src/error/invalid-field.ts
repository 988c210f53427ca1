import { DomainError } from "./domain-error.ts";

/** An `invalid_input` that says where in the input it is; `[]`: the input as a whole. */
export function invalidField(
  path: readonly (string | number)[],
  message: string,
  options: { readonly cause?: unknown } = {},
): DomainError {
  return new DomainError("invalid_input", message, { ...options, details: { issues: [{ path, message }] } });
}

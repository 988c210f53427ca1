import { callerErrors } from "./caller-errors.ts";
import type { ErrorCodeSpec } from "./error-code-spec.ts";
import { identityErrors } from "./identity-errors.ts";
import { operationErrors } from "./operation-errors.ts";
import { serverErrors } from "./server-errors.ts";
import { signInErrors } from "./sign-in-errors.ts";
import { upstreamErrors } from "./upstream-errors.ts";

/** The one table of failures. tRPC codes, HTTP statuses, log levels, retry hints and `docs/errors.md` derive from it. */
export const errorCodes = {
  ...callerErrors,
  ...identityErrors,
  ...operationErrors,
  ...signInErrors,
  ...upstreamErrors,
  ...serverErrors,
} as const;

/** Name of a failure, stable across releases. */
export type ErrorCode = keyof typeof errorCodes;

/** The row of one code, with its optional columns. */
export function errorSpec(code: ErrorCode): ErrorCodeSpec {
  return errorCodes[code];
}

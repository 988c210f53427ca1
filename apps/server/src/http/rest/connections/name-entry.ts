import { DomainError, isDomainError, type ErrorIssue } from "@corral/core";
import type { ConnectionEntry } from "./connection-entry.ts";

/** Says of which connection an input is wrong. */
export function naming<T>({ index }: ConnectionEntry, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isDomainError(error) || error.code !== "invalid_input") throw error;
    const issues = error.details?.issues?.map(({ path, message }): ErrorIssue => ({
      path: [index, ...path],
      message,
    }));
    throw new DomainError("invalid_input", `Connection ${index}: ${error.message}`, {
      ...(issues && { details: { issues } }),
    });
  }
}

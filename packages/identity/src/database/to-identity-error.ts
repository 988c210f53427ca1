import { DomainError, isDomainError } from "@corral/core";

const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
/** The driver's own failures have no code. */
const driverFailure =
  /timeout exceeded when trying to connect|connection terminated|query read timeout|pool after calling end/i;

/** A failure of the database or of better-auth as one of ours; what means neither stays as it is. */
export function toIdentityError(error: unknown): unknown {
  if (isDomainError(error) || !(error instanceof Error)) return error;
  if (isDatabaseUnavailable(error))
    return new DomainError("database_unavailable", undefined, { cause: error });
  if ("constraint" in error && error.constraint === "users_email_unique")
    return new DomainError("email_taken");
  // It was there when the call began.
  if ("constraint" in error && error.constraint === "account_link_groups_group_id_foreign")
    return new DomainError("group_not_found");
  if (!("statusCode" in error)) return error;
  if (error.statusCode === 401) return new DomainError("unauthenticated", wrongPassword, { cause: error });
  if (error.statusCode === 400) return new DomainError("invalid_input", error.message, { cause: error });
  return error;
}

/** Runs work whose failures are to mean what {@link toIdentityError} says. */
export async function withIdentityErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toIdentityError(error);
  }
}

export const wrongPassword = "The e-mail address or the password is wrong.";

function isDatabaseUnavailable(error: Error): boolean {
  if (driverFailure.test(error.message)) return true;
  if (!("code" in error) || typeof error.code !== "string") return false;
  // Connection lost, resources exhausted, shut down or statement cancelled, database not accepting connections.
  return unreachable.has(error.code) || /^(08|53|57)...$|^55000$/.test(error.code);
}

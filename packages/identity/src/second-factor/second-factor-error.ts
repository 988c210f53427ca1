import { DomainError } from "@corral/core";
import { toIdentityError } from "../database/to-identity-error.ts";

/** What better-auth's plug-in for one-time codes refuses with, in our words. */
export function toSecondFactorError(error: unknown): unknown {
  switch (codeOf(error)) {
    case "INVALID_PASSWORD":
    case "CREDENTIAL_ACCOUNT_NOT_FOUND":
      return new DomainError("invalid_input", "The password is wrong.", {
        details: { issues: [{ path: ["password"], message: "is wrong" }] },
      });
    case "TOTP_ALREADY_ENABLED":
      return new DomainError("invalid_input", "The second factor is on already; remove it first.");
    case "TOTP_NOT_ENABLED":
    case "TWO_FACTOR_NOT_ENABLED":
    case "BACKUP_CODES_NOT_ENABLED":
      return notOn();
    case "INVALID_CODE":
    case "INVALID_BACKUP_CODE":
    case "INVALID_TWO_FACTOR_COOKIE":
    case "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE":
      return new DomainError("second_factor_invalid");
    case "ACCOUNT_TEMPORARILY_LOCKED":
      return new DomainError("rate_limited", "There were too many wrong codes for this account.", {
        details: { retryAfterMs: 15 * 60_000 },
      });
    default:
      return toIdentityError(error);
  }
}

/** Whatever is wrong with a passkey's answer, the same words. */
export function toPasskeyError(error: unknown): unknown {
  if (codeOf(error) === "SESSION_NOT_FRESH") return new DomainError("session_not_fresh");
  const known = toIdentityError(error);
  const isOfPlugin = error instanceof Error && "statusCode" in error;
  return isOfPlugin ? new DomainError("passkey_invalid", undefined, { cause: error }) : known;
}

export function notOn(): DomainError {
  return new DomainError("invalid_input", "The second factor is not on.");
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !("body" in error)) return "";
  const { body } = error;
  const hasCode = typeof body === "object" && body !== null && "code" in body;
  return hasCode && typeof body.code === "string" ? body.code : "";
}

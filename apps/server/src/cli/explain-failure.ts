import { errorSpec, isDomainError, type ErrorIssue } from "@corral/core";
import { CliFailure } from "./cli-context.ts";

/** A failure as a command tells it. */
export type ToldFailure = {
  readonly code: string;
  readonly message: string;
  /** Empty where the message says it already. */
  readonly remedy: string;
  readonly issues?: readonly ErrorIssue[];
};

/** By name: the packages that they belong to are large, and most calls need none of them. */
const ownErrors: ReadonlySet<string> = new Set([
  "BackupError",
  "DatabaseStartError",
  "EmbeddedPostgresError",
  "StartError",
]);

/** `undefined` for a bug: whoever reports it needs to know where it is. */
export function explainFailure(error: unknown): ToldFailure | undefined {
  if (error instanceof CliFailure) return { code: error.code, message: error.message, remedy: error.remedy };
  if (isDomainError(error)) {
    const issues = error.details?.issues;
    const { remedy } = errorSpec(error.code);
    return { code: error.code, message: error.message, remedy, ...(issues && { issues }) };
  }
  if (error instanceof Error && ownErrors.has(error.name)) {
    const code = "code" in error ? String(error.code) : "cannot_start";
    return { code, message: error.message, remedy: "" };
  }
  if (error instanceof Error && "code" in error && "syscall" in error) {
    return { code: String(error.code), message: error.message, remedy: "Check the path and who may use it." };
  }
  return undefined;
}

import { errorSpec, isDomainError, type ErrorIssue } from "@corral/core";
import { BackupError, DatabaseStartError } from "@corral/db";
import { EmbeddedPostgresError } from "@corral/db/embedded";
import { StartError } from "../start-error.ts";
import { CliFailure } from "./cli-context.ts";

/** A failure as a command tells it. */
export type ToldFailure = {
  readonly code: string;
  readonly message: string;
  /** Empty where the message says it already. */
  readonly remedy: string;
  readonly issues?: readonly ErrorIssue[];
};

/** `undefined` for a bug: whoever reports it needs to know where it is. */
export function explainFailure(error: unknown): ToldFailure | undefined {
  if (error instanceof CliFailure) return { code: error.code, message: error.message, remedy: error.remedy };
  if (isDomainError(error)) {
    const issues = error.details?.issues;
    const { remedy } = errorSpec(error.code);
    return { code: error.code, message: error.message, remedy, ...(issues && { issues }) };
  }
  if (error instanceof DatabaseStartError || error instanceof BackupError)
    return { code: error.code, message: error.message, remedy: "" };
  if (error instanceof EmbeddedPostgresError) return { code: error.code, message: error.message, remedy: "" };
  if (error instanceof StartError) return { code: "cannot_start", message: error.message, remedy: "" };
  if (error instanceof Error && "code" in error && "syscall" in error) {
    return { code: String(error.code), message: error.message, remedy: "Check the path and who may use it." };
  }
  return undefined;
}

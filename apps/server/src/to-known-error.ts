import { DomainError, errorSpec, isDomainError, type ErrorCode } from "@corral/core";
import type { FastifyBaseLogger } from "fastify";

/** Fastify's own refusals, in our words. */
const codesByStatus: Readonly<Record<number, ErrorCode>> = {
  400: "invalid_input",
  404: "route_not_found",
  405: "method_not_allowed",
  408: "request_cancelled",
  413: "payload_too_large",
  414: "payload_too_large",
  415: "unsupported_media_type",
  431: "payload_too_large",
};

/** Whatever was thrown, as a failure that we know; a bug of ours is `internal` with its cause. */
export function toKnownError(error: unknown): DomainError {
  if (isDomainError(error)) return error;
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  const code = codesByStatus[status] ?? "internal";
  // Fastify says what is wrong with the input; of its other refusals we know better words
  const message = code === "invalid_input" ? `${messageOf(error)}.` : undefined;
  return new DomainError(code, message, { cause: error });
}

/** Logs by whose fault it is: callers' at info, providers' at warn, ours as errors with the cause. */
export function logFailure(log: FastifyBaseLogger, error: unknown, code?: ErrorCode): void {
  const known = code ?? (isDomainError(error) ? error.code : "internal");
  const { fault } = errorSpec(known);
  const requestId = isDomainError(error) ? error.details?.upstreamRequestId : undefined;
  const fields = {
    errorCode: known,
    ...(requestId !== undefined && { upstreamRequestId: requestId }),
    ...(fault === "ours" ? { err: rootOf(error) } : { reason: messageOf(error) }),
  };
  if (known === "request_cancelled") log.debug(fields, "failed");
  else log[fault === "ours" ? "error" : fault === "upstream" ? "warn" : "info"](fields, "failed");
}

function rootOf(error: unknown): unknown {
  return isDomainError(error) && error.cause !== undefined ? error.cause : error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "something that is not an error was thrown";
}

import {
  errorSpec,
  isDomainError,
  limits,
  type DomainError,
  type ErrorCode,
  type ErrorIssue,
} from "@corral/core";
import type { TRPCError } from "@trpc/server";
import type { TRPCErrorShape } from "@trpc/server/rpc";
import { ZodError } from "zod";
import { toIssues } from "./to-issues.ts";

/** What a client finds in `error.data`. */
export type ApiErrorData = {
  /** Our code: the one to switch on. */
  readonly errorCode: ErrorCode;
  readonly httpStatus: number;
  readonly remedy: string;
  readonly requestId: string;
  readonly path?: string;
  readonly issues?: readonly ErrorIssue[];
  readonly retryAfterMs?: number;
  readonly current?: unknown;
  readonly dependants?: { readonly named: readonly string[]; readonly hidden: number };
};

type Known = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly error: DomainError | undefined;
  readonly issues: readonly ErrorIssue[] | undefined;
};

/** tRPC's own refusals, in our words. */
const ownCodes: Partial<Record<TRPCError["code"], ErrorCode>> = {
  NOT_FOUND: "route_not_found",
  METHOD_NOT_SUPPORTED: "method_not_allowed",
  PAYLOAD_TOO_LARGE: "payload_too_large",
  UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
  PARSE_ERROR: "invalid_input",
  BAD_REQUEST: "invalid_input",
  CLIENT_CLOSED_REQUEST: "request_cancelled",
};

/**
 * The one place where a failure becomes tRPC's answer. Setting `httpStatus` here sets the response's status, also for
 * errors that middleware never sees.
 */
export function formatError(options: {
  readonly shape: TRPCErrorShape;
  readonly error: TRPCError;
  readonly requestId: string;
}): TRPCErrorShape & { data: ApiErrorData } {
  const { shape, error, requestId } = options;
  const known = explain(error);
  const spec = errorSpec(known.code);
  const details = known.error?.details;
  return {
    code: shape.code,
    message: toSentence(spec.expose ? known.message : spec.meaning),
    data: {
      errorCode: known.code,
      httpStatus: spec.status,
      remedy: spec.remedy,
      requestId,
      ...pathOf(shape),
      ...(known.issues && { issues: known.issues }),
      ...(details?.retryAfterMs !== undefined && { retryAfterMs: details.retryAfterMs }),
      ...(details?.current !== undefined && { current: details.current }),
      ...(details?.dependants && { dependants: details.dependants }),
    },
  };
}

/** Our code for whatever was thrown: a `DomainError` knows its own, bad input and tRPC's refusals have one, the rest is `internal`. */
export function errorCodeOf(error: TRPCError): ErrorCode {
  return explain(error).code;
}

function explain(error: TRPCError): Known {
  const { cause } = error;
  if (isDomainError(cause)) {
    const { code, message, details } = cause;
    return { code, message, error: cause, issues: details?.issues ?? wholeInput(code, message) };
  }
  if (cause instanceof ZodError && error.code === "BAD_REQUEST") {
    const issues = toIssues(cause);
    const first = issues[0];
    const where = first === undefined || first.path.length === 0 ? "" : `${first.path.join(".")}: `;
    return {
      code: "invalid_input",
      message: `${where}${first?.message ?? "wrong input"}`,
      error: undefined,
      issues,
    };
  }
  const code = ownCodes[error.code] ?? "internal";
  const message = explainOwn(error);
  return { code, message, error: undefined, issues: wholeInput(code, message) };
}

/** What is wrong with no single field is wrong with the input as a whole. */
function wholeInput(code: ErrorCode, message: string): readonly ErrorIssue[] | undefined {
  return code === "invalid_input" ? [{ path: [], message }] : undefined;
}

/** tRPC's words where they help: not those of the JSON parser, which quote the input. */
function explainOwn({ message, cause }: TRPCError): string {
  if (cause instanceof SyntaxError) return "The input is not valid JSON";
  if (message.startsWith("Batch call exceeds")) return `A batch may hold at most ${limits.batchSize} calls`;
  return message;
}

/** The schemas' words end without a stop, and the remedy follows them. */
function toSentence(text: string): string {
  return /[.?!]$/u.test(text) ? text : `${text}.`;
}

function pathOf(shape: TRPCErrorShape): { path?: string } {
  const data: unknown = shape.data;
  if (typeof data !== "object" || data === null || !("path" in data)) return {};
  return typeof data.path === "string" ? { path: data.path } : {};
}

import type { ApiErrorData } from "@corral/api";
import { TRPCClientError } from "@trpc/client";

import { m } from "./messages.ts";

/** A failure as a person needs it: what, why, what next. */
export type Problem = {
  /** Ours; `unreachable` when no answer came, `declined` by the person or the device, `unknown` for a bug of the dashboard itself. */
  code: ApiErrorData["errorCode"] | "unreachable" | "declined" | "unknown";
  message: string;
  remedy: string;
  requestId?: string;
  /** Which fields are wrong. */
  issues: NonNullable<ApiErrorData["issues"]>;
  dependants?: NonNullable<ApiErrorData["dependants"]>;
  /** On a revision conflict: the object as it is now. */
  current?: unknown;
};

/** The one place where a failed call becomes words. */
export function toProblem(error: unknown): Problem {
  if (error instanceof DOMException) return toDeclined(error);
  if (!(error instanceof TRPCClientError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: "unknown", message, remedy: m.problem.bugRemedy(), issues: [] };
  }
  const data: unknown = error.data;
  if (!isApiErrorData(data)) {
    return {
      code: "unreachable",
      message: m.problem.unreachable(),
      remedy: m.problem.unreachableRemedy(),
      issues: [],
    };
  }
  return {
    code: data.errorCode,
    message: error.message,
    remedy: data.remedy,
    ...(data.requestId !== "" && { requestId: data.requestId }),
    issues: data.issues ?? [],
    ...(data.dependants && { dependants: data.dependants }),
    ...(data.current !== undefined && { current: data.current }),
  };
}

/** Of a passkey that did not come about; the browser's own words are for programmers. */
function toDeclined({ name }: DOMException): Problem {
  const known = Object.keys(m.problem.declined) as (keyof typeof m.problem.declined)[]; // safe: the keys of the object itself
  const reason = known.find((one) => one === name) ?? "NotAllowedError";
  return { code: "declined", message: m.problem.declined[reason](), remedy: "", issues: [] };
}

/** What the server says about one field. `findIssue(problem, "headers", "x-org")` looks below `headers` too. */
export function findIssue(problem: Problem | undefined, ...path: readonly string[]): string | undefined {
  return problem?.issues.find((issue) => path.every((part, at) => String(issue.path[at]) === part))?.message;
}

// The server formats every error of a procedure so; anything else comes from something in between.
function isApiErrorData(data: unknown): data is ApiErrorData {
  return typeof data === "object" && data !== null && "errorCode" in data && "remedy" in data;
}

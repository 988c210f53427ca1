import { errorCodeSchema, errorSpec, isDomainError, type DomainError, type ErrorCode } from "@corral/core";
import { z } from "zod";

/** An error as OpenAI's clients read it. */
export const openAIErrorSchema = z.object({
  error: z.object({
    message: z.string().describe("What is wrong, why, and what to do next."),
    type: z.string(),
    param: z.string().nullable().describe("The field that is wrong."),
    code: errorCodeSchema,
  }),
  detail: z.string().describe("The same message where Open WebUI's clients look for it."),
});
export type OpenAIErrorBody = z.output<typeof openAIErrorSchema>;

/** What a failure is on `/v1`: unknown ones are `internal` and say nothing about themselves. */
export function toOpenAIError(error: unknown): {
  readonly status: number;
  readonly body: OpenAIErrorBody;
  readonly code: ErrorCode;
} {
  const known: Pick<DomainError, "code" | "message" | "details"> | undefined = isDomainError(error)
    ? error
    : undefined;
  const code = known?.code ?? "internal";
  const spec = errorSpec(code);
  const message =
    known !== undefined && spec.expose ? `${known.message} ${spec.remedy}` : `${spec.meaning} ${spec.remedy}`;
  const param = known?.details?.param ?? known?.details?.issues?.[0]?.path.join(".") ?? null;
  return {
    status: spec.status,
    code,
    body: { error: { message, type: typeOf(spec.status, code), param, code }, detail: message },
  };
}

/** How many requests a call took at providers, where it was not one. */
export function attemptHeaders(attempts: number | undefined): Record<string, string> {
  return attempts === undefined || attempts < 2 ? {} : { "x-corral-attempts": String(attempts) };
}

/** Headers that go with an error: when to come back, and whether a client library should try by itself. */
export function errorHeaders(error: unknown): Record<string, string> {
  const code = isDomainError(error) ? error.code : "internal";
  const { retryAfterMs, attempts } = (isDomainError(error) ? error.details : undefined) ?? {};
  return {
    ...attemptHeaders(attempts),
    "x-should-retry": errorSpec(code).retryable ? "true" : "false",
    ...(retryAfterMs !== undefined && {
      "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))),
    }),
  };
}

function typeOf(status: number, code: ErrorCode): string {
  if (code === "insufficient_quota") return "insufficient_quota";
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 404) return "not_found_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

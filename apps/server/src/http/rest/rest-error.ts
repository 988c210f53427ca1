import { errorCodeSchema, errorSpec, type Actor, type DomainError, type ErrorCode } from "@corral/core";
import { z } from "zod";

/** What kind of failure it was at a provider, in the seed's words. */
const failureKinds = ["connection", "authentication", "rate_limit", "unavailable"] as const;
type FailureKind = (typeof failureKinds)[number];

/** An error as management routes say it. Open WebUI's clients read `detail`, those of its providers `error.message`. */
export const restErrorSchema = z.object({
  detail: z.string().describe("What is wrong, why, and what to do next."),
  code: errorCodeSchema.describe("The one to switch on."),
  error: z.object({ message: z.string(), code: errorCodeSchema }),
  /** Fields of the request that are wrong. */
  errors: z
    .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
    .optional(),
  kind: z.enum(failureKinds).optional().describe("Of a provider's failure."),
  upstream: z.string().optional().describe("What the provider said, without secrets; to administrators."),
  dependants: z
    .object({ named: z.array(z.string()), hidden: z.number() })
    .optional()
    .describe("What stands on the model: those that the caller may see, and how many others."),
  revision: z.number().optional().describe("The revision that is stored, where another one was expected."),
});
export type RestError = z.output<typeof restErrorSchema>;

/** Status and body of a failure on the seed's management routes. */
export function toRestError(
  error: DomainError,
  actor: Actor | null,
): { readonly status: number; readonly body: RestError; readonly headers: Readonly<Record<string, string>> } {
  const { code, details } = error;
  const spec = errorSpec(code);
  const { retryAfterMs, issues, dependants, upstreamMessage } = details ?? {};
  const detail = `${toSentence(spec.expose ? error.message : spec.meaning)} ${spec.remedy}`;
  const kind = spec.fault === "upstream" ? kindOf(error) : undefined;
  const revision = revisionOf(details?.current);
  return {
    status: statusOf(code),
    headers:
      retryAfterMs === undefined
        ? {}
        : { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) },
    body: {
      detail,
      code,
      error: { message: detail, code },
      ...(issues && { errors: issues.map(({ path, message }) => ({ path: [...path], message })) }),
      ...(kind && { kind }),
      ...(upstreamMessage !== undefined &&
        actor?.principal.role === "admin" && { upstream: upstreamMessage }),
      ...(dependants && { dependants: { named: [...dependants.named], hidden: dependants.hidden } }),
      ...(revision !== undefined && { revision }),
    },
  };
}

/** On management routes the seed's statuses count. */
export function statusOf(code: ErrorCode): number {
  const { status, seedStatus } = errorSpec(code);
  return seedStatus ?? status;
}

const kindsByCode: Partial<Record<ErrorCode, FailureKind>> = {
  upstream_unauthorized: "authentication",
  upstream_rate_limited: "rate_limit",
  insufficient_quota: "rate_limit",
  upstream_redirect: "connection",
};

function kindOf({ code, details }: DomainError): FailureKind {
  const known = kindsByCode[code];
  if (known !== undefined) return known;
  const { upstreamClass, timeoutPhase } = details ?? {};
  const isUnreached =
    timeoutPhase === "connect" ||
    upstreamClass === "dns" ||
    upstreamClass === "connect" ||
    upstreamClass === "tls";
  return isUnreached ? "connection" : "unavailable";
}

/** Of the record that won; nothing else of it is for the caller here. */
function revisionOf(current: unknown): number | undefined {
  if (typeof current !== "object" || current === null || !("revision" in current)) return undefined;
  return typeof current.revision === "number" ? current.revision : undefined;
}

function toSentence(text: string): string {
  return /[.?!]$/u.test(text) ? text : `${text}.`;
}

import { errorSpec, type ErrorCode } from "@corral/core";
import { statusOf } from "./rest-error.ts";
import type { RestRoute } from "./rest-route.ts";

const always = [
  "invalid_input",
  "rate_limited",
  "misdirected_request",
  "request_cancelled",
  "internal",
  "catalog_behind",
  "database_unavailable",
  "shutting_down",
] as const satisfies readonly ErrorCode[];

/** All that can go wrong before a probe answers. */
const ofProbes = ["misdirected_request", "internal"] as const satisfies readonly ErrorCode[];

/** What can go wrong at a provider: for routes that ask one. */
export const providerErrors = [
  "upstream_rate_limited",
  "upstream_unauthorized",
  "upstream_not_found",
  "upstream_invalid_response",
  "upstream_truncated",
  "upstream_error",
  "upstream_redirect",
  "upstream_rejected",
  "upstream_unavailable",
  "upstream_timeout",
  "circuit_open",
  "insufficient_quota",
] as const satisfies readonly ErrorCode[];

/** Every code that a route can fail with, by its status. */
export function errorsByStatus(route: RestRoute): ReadonlyMap<number, readonly ErrorCode[]> {
  const { method, policy, errors = [], dialect = "management", isProbe = false } = route;
  // a body is read before it is known that the route wants none
  const readsBody = method !== "GET" && method !== "HEAD";
  const codes = new Set<ErrorCode>([
    ...(isProbe ? ofProbes : always),
    ...(policy.auth === "none" ? [] : (["unauthenticated", "access_denied"] as const)),
    ...(readsBody ? (["payload_too_large", "unsupported_media_type"] as const) : []),
    ...errors,
  ]);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = dialect === "management" ? statusOf(code) : errorSpec(code).status;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].toSorted(([one], [other]) => one - other));
}

/** Every status that a route declares. */
export function declaredStatuses(route: RestRoute): ReadonlySet<number> {
  return new Set([
    ...(route.answer === undefined ? [] : [200]),
    ...(route.otherAnswers ?? []).map(({ status }) => status),
    ...errorsByStatus(route).keys(),
  ]);
}

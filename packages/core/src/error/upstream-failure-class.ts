/**
 * What went wrong at or on the way to a provider.
 *
 * `rate` is throttling, `quota` an exhausted account; `loading` and `overloaded` pass by themselves; `endpoint_not_found`
 * is a wrong address where `model_not_found` is a wrong name; `protocol` is an answer that makes no sense.
 */
export const upstreamFailureClasses = [
  "content_filter",
  "context_length",
  "quota",
  "rate",
  "auth",
  "permission",
  "model_not_found",
  "endpoint_not_found",
  "unsupported_param",
  "invalid_request",
  "timeout",
  "loading",
  "overloaded",
  "upstream",
  "dns",
  "connect",
  "tls",
  "truncated",
  "protocol",
  "redirect",
] as const;
export type UpstreamFailureClass = (typeof upstreamFailureClasses)[number];

import type { ErrorCodeSpec } from "./error-code-spec.ts";

const upstream = { retryable: true, expose: true, fault: "upstream" } as const;

/** What a provider did. */
export const upstreamErrors = {
  upstream_rate_limited: {
    ...upstream,
    status: 429,
    seedStatus: 500,
    meaning: "The provider limits the rate of requests.",
    remedy: "Wait as long as `Retry-After` says.",
  },
  insufficient_quota: {
    ...upstream,
    retryable: false,
    status: 429,
    seedStatus: 500,
    meaning: "The provider's account has no quota left.",
    remedy: "Ask an administrator to check the provider's billing.",
  },
  upstream_unauthorized: {
    ...upstream,
    retryable: false,
    status: 502,
    seedStatus: 500,
    meaning: "The provider refused our credential.",
    remedy: "An administrator has to correct the connection's key.",
  },
  upstream_not_found: {
    ...upstream,
    retryable: false,
    status: 502,
    seedStatus: 500,
    meaning: "The provider does not know the model or the address.",
    remedy: "An administrator has to check the connection's address and models.",
  },
  upstream_invalid_response: {
    ...upstream,
    status: 502,
    seedStatus: 500,
    meaning: "The provider's answer makes no sense.",
    remedy: "Check that the connection's address belongs to a model provider.",
  },
  upstream_truncated: {
    ...upstream,
    status: 502,
    seedStatus: 500,
    meaning: "The provider's answer ended before it was complete.",
    remedy: "Send the request again.",
  },
  upstream_error: {
    ...upstream,
    status: 502,
    seedStatus: 500,
    meaning: "The provider failed.",
    remedy: "Try again later, or look at the provider's own log.",
  },
  upstream_redirect: {
    ...upstream,
    retryable: false,
    status: 502,
    seedStatus: 500,
    meaning: "The provider answered with a redirect, which Corral does not follow.",
    remedy: "Use the final address in the connection.",
  },
  upstream_unavailable: {
    ...upstream,
    status: 503,
    seedStatus: 500,
    meaning: "The provider cannot be reached or is overloaded.",
    remedy: "Check that it runs and that its address is right.",
  },
  circuit_open: {
    ...upstream,
    status: 503,
    seedStatus: 500,
    meaning: "The provider failed repeatedly and is given a pause.",
    remedy: "Wait as long as `Retry-After` says.",
  },
  upstream_timeout: {
    ...upstream,
    status: 504,
    seedStatus: 500,
    meaning: "The provider did not answer in time.",
    remedy: "Try again; a large model may still be loading.",
  },
} as const satisfies Record<string, ErrorCodeSpec>;

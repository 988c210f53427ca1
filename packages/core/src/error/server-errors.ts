import type { ErrorCodeSpec } from "./error-code-spec.ts";

/** What is on our side. */
export const serverErrors = {
  internal: {
    status: 500,
    retryable: false,
    expose: false,
    fault: "ours",
    meaning: "Something went wrong on our side.",
    remedy: "Try again; if it stays, tell an administrator the request id.",
  },
  overloaded: {
    status: 503,
    retryable: true,
    expose: true,
    fault: "ours",
    meaning: "The server has more to do than it can.",
    remedy: "Wait as long as `Retry-After` says.",
  },
  catalog_behind: {
    status: 503,
    retryable: true,
    expose: true,
    fault: "ours",
    meaning: "This process has not yet seen the revision that you ask for.",
    remedy: "Try again in a moment.",
  },
  database_unavailable: {
    status: 503,
    retryable: true,
    expose: true,
    fault: "ours",
    meaning: "The database does not answer.",
    remedy: "Try again in a moment; nothing was saved.",
  },
  shutting_down: {
    status: 503,
    retryable: true,
    expose: true,
    fault: "ours",
    meaning: "The server is stopping.",
    remedy: "Try again in a moment.",
  },
} as const satisfies Record<string, ErrorCodeSpec>;

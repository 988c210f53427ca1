import type { ErrorCodeSpec } from "./error-code-spec.ts";

const caller = { retryable: false, expose: true, fault: "caller" } as const;

/** What can be wrong with sessions and one-time links. */
export const identityErrors = {
  link_invalid: {
    ...caller,
    status: 403,
    meaning: "The link is unknown, used, revoked or expired.",
    remedy: "Ask an administrator for a new one.",
  },
  session_not_found: {
    ...caller,
    status: 404,
    meaning: "There is no such session of yours.",
    remedy: "List your sessions to see those that are open.",
  },
  invitation_not_found: {
    ...caller,
    status: 404,
    meaning: "There is no such open invitation.",
    remedy: "List the invitations to see the open ones.",
  },
} as const satisfies Record<string, ErrorCodeSpec>;

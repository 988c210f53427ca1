import type { ErrorCodeSpec } from "./error-code-spec.ts";

const caller = { retryable: false, expose: true, fault: "caller" } as const;

/** What can be wrong with accounts, sessions, sign-in and one-time links. */
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
  setup_code_invalid: {
    ...caller,
    status: 403,
    meaning: "The setup code is missing or wrong.",
    remedy: "Use the code that the server printed at its start.",
  },
  user_not_found: {
    ...caller,
    status: 404,
    meaning: "There is no such user.",
    remedy: "List the users to see the available ones.",
  },
  group_not_found: {
    ...caller,
    status: 404,
    meaning: "There is no such group.",
    remedy: "List the groups to see the available ones.",
  },
  email_taken: {
    ...caller,
    status: 409,
    seedStatus: 400,
    meaning: "Another account already uses this e-mail address.",
    remedy: "Sign in, or use another address.",
  },
  sso_failed: {
    ...caller,
    status: 400,
    meaning: "The sign-in was not begun in this browser, took too long, or came back altered.",
    remedy: "Sign in again from the sign-in page.",
  },
  sso_refused: {
    ...caller,
    status: 403,
    meaning: "The identity provider knows you, but you may not sign in here.",
    remedy: "Ask an administrator for an account.",
  },
  identity_provider_not_found: {
    ...caller,
    status: 404,
    meaning: "There is no such identity provider.",
    remedy: "List the identity providers to see the available ones.",
  },
  last_admin: {
    ...caller,
    status: 409,
    meaning: "The last administrator cannot be removed, demoted or suspended.",
    remedy: "Make someone else an administrator first.",
  },
} as const satisfies Record<string, ErrorCodeSpec>;

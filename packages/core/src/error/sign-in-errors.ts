import type { ErrorCodeSpec } from "./error-code-spec.ts";

const caller = { retryable: false, expose: true, fault: "caller" } as const;

/** Sign-in elsewhere, second factors and directories. */
export const signInErrors = {
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
  scim_token_not_found: {
    ...caller,
    status: 404,
    meaning: "There is no such SCIM token.",
    remedy: "List the tokens to see the available ones.",
  },
} as const satisfies Record<string, ErrorCodeSpec>;

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
  second_factor_required: {
    ...caller,
    status: 401,
    meaning: "The password is right, and the account asks for a code too.",
    remedy: "Sign in again with the `code` that your app shows, or with one of your backup codes.",
  },
  second_factor_invalid: {
    ...caller,
    status: 401,
    meaning: "The code is wrong, too old or was used before.",
    remedy: "Use the code that your app shows now, or one of your backup codes.",
  },
  passkey_invalid: {
    ...caller,
    status: 401,
    meaning: "The passkey is unknown here, or its answer is not valid.",
    remedy: "Try again, or sign in another way.",
  },
  passkey_not_found: {
    ...caller,
    status: 404,
    meaning: "There is no such passkey.",
    remedy: "List your passkeys to see the available ones.",
  },
  session_not_fresh: {
    ...caller,
    status: 403,
    meaning: "You signed in too long ago for this.",
    remedy: "Sign in again, and repeat it within a quarter of an hour.",
  },
} as const satisfies Record<string, ErrorCodeSpec>;

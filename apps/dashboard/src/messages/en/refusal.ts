/** By the codes that `/auth/sso` sends back. */
export const enRefusal = {
  sso_failed: () =>
    "The sign-in was not begun in this browser, took too long, or came back altered. Start again from here.",
  sso_refused: () =>
    "The identity provider knows you, but you have no account here, or it is suspended. Ask an administrator.",
  email_taken: () =>
    "Another account uses your e-mail address, and it is not tied to the identity provider. Sign in with its password, or ask an administrator.",
  last_admin: () =>
    "The identity provider says that you are no administrator, but you are the last one here. Make somebody else an administrator first.",
  upstream_unavailable: () => "The identity provider does not answer. Try again in a minute.",
  identity_provider_not_found: () =>
    "There is no such identity provider here, or it was switched off. Choose another way to sign in.",
  outbound_denied: () =>
    "The identity provider's address is one that Corral never connects to. An administrator has to correct it.",
  rate_limited: () => "There were too many attempts. Wait a few minutes, then try again.",
  other: () => "The identity provider or the server refused it. Try again, or ask an administrator.",
};

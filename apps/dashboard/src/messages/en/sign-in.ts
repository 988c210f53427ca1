import { format } from "../../lib/format.ts";

const { number } = format;

export const enSignIn = {
  signIn: {
    email: () => "E-mail",
    password: () => "Password",
    name: () => "Name",
    failed: () => "You are not signed in",
    signUp: () => "Create an account",
    signUpFailed: () => "The account was not created",
    passwordHelp: (p: { min: number; now: number }) =>
      p.now > 0 && p.now < p.min
        ? `At least ${number(p.min)} characters; ${number(p.min - p.now)} to go. A sentence works well.`
        : `At least ${number(p.min)} characters. A sentence works well.`,
    noAccount: () => "No account yet?",
    haveAccount: () => "You have an account?",
    pendingTitle: () => "Waiting for approval",
    pendingHint: (p: { email: string }) =>
      `An administrator has to approve ${p.email} before you can use Corral.`,
    checkAgain: () => "Check again",
    codeAsked: (p: { email: string }) => `The password for ${p.email} is right. Now a code.`,
    code: () => "Code",
    codeHelp: () => "The six digits that your app shows, or one of your backup codes.",
    startOver: () => "Start over",
    withPasskey: () => "Sign in with a passkey",
    withProvider: (p: { name: string }) => `Sign in with ${p.name}`,
    withProviderInTab: (p: { name: string }) => `Sign in with ${p.name} in a new tab`,
    /** By the codes that `/auth/sso` sends back. */
    refusal: {
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
    },
    expiredTitle: () => "Your session has ended",
    expiredHint: () => "Sign in again to go on. What you typed is still there.",
  },
  setup: {
    admin: () => "Administrator",
    adminDone: () => "done",
    connect: () => "Connect a provider",
    connectDone: () => "done",
    first: () => "First request",
    code: () => "Setup code",
    codeHelp: () => "The server printed it at its start, as a part of an address.",
    codeGiven: () => "Taken from the address that you opened.",
    createAdministrator: () => "Create the administrator",
    localOllama: ({ count }: { count: number }) =>
      `Ollama answers on this machine. Models: ${count}. Connect it as it stands here.`,
    connectHint: () =>
      "Corral lists the models it finds there. Until you share them, only administrators see them.",
    connectNow: () => "Save connection",
    later: () => "Later",
    firstHint: () =>
      "Models arrive in the background. Ask one of them something here, or call it from a program with a key.",
    openPlayground: () => "Open the playground",
    makeKey: () => "Make an API key",
  },
};

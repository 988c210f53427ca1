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

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
    expiredTitle: () => "Your session has ended",
    expiredHint: () => "Sign in again to go on. What you typed is still there.",
  },
};

import { format } from "../../lib/format.ts";

const { dateTime } = format;

export const enLinks = {
  incompleteTitle: () => "This link is not whole",
  incompleteHint: () =>
    "The part behind # is missing. Copy the whole link, or open it from where it was sent to you.",
  toSignIn: () => "To the sign-in",
  invitationTitle: () => "You are invited to Corral",
  invitationHint: () => "Choose your name and a password. You are signed in right after.",
  invitationOther: (p: { name: string }) =>
    `You are signed in as ${p.name}. Who accepts this invitation goes on as somebody new in this browser.`,
  invitationDead: () => "This invitation no longer works",
  invitationDeadHint: () =>
    "It may have been used already, replaced by a newer one, revoked, or have expired. If you have used it, sign in; else ask whoever invited you for a new one.",
  passwordTitle: () => "Choose a new password",
  passwordHint: () => "Your old one ends with this, and so do all your sessions.",
  newPassword: () => "New password",
  setPassword: () => "Set the password",
  passwordNotSet: () => "The password was not set",
  passwordSet: () => "Your new password is set",
  passwordSetHint: (p: { email: string }) => `Sign in as ${p.email} with it. You were signed out everywhere.`,
  passwordDead: () => "This link no longer works",
  passwordDeadHint: () =>
    "It may have been used already, replaced by a newer one, or have expired: it is good for a day. Sign in with the password you know, or ask an administrator for a new link.",
  made: (p: { until: string }) =>
    `The link is shown only now, works once, and is good until ${dateTime(new Date(p.until))}. Whoever has it can use it: send it in a safe way.`,
  link: () => "Link",
  done: () => "Done",
};

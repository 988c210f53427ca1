import { limits } from "@corral/core";

import { format } from "../../lib/format.ts";

const { number, plural } = format;

const hourMs = 60 * 60_000;

export const enAccount = {
  key: () => "API key",
  keyHint: () =>
    "For programs that speak OpenAI's protocol. It has your rights, except over accounts, keys and secrets of connections.",
  loadFailed: () => "The key could not be loaded",
  createFailed: () => "The key was not created",
  deleteFailed: () => "The key was not deleted",
  create: () => "Create key",
  replace: () => "Replace key",
  delete: () => "Delete key",
  replaceTitle: () => "Replace the key?",
  deleteTitle: () => "Delete the key?",
  endsHint: () => "Programs that use the present key are refused at once.",
  created: () => "Created",
  lastUsed: () => "Last used",
  neverUsed: () => "Never used",
  newTitle: () => "Your new key",
  newHint: () => "It is shown only now. Copy it to a safe place.",
  saved: () => "I have saved it",
  snippets: () => "First call",
  snippet: { curl: () => "curl", typescript: () => "TypeScript", python: () => "Python" },
  tab: { key: () => "API key", "sign-in": () => "Sign-in", sessions: () => "Sessions" },
  next: () => "Next",
  remove: () => "Remove",
  added: (p: { when: string }) => `Added ${p.when}`,
  password: () => "Password",
  passwordHint: () => "For signing in here. Who signs in elsewhere or with a passkey may have none.",
  currentPassword: () => "Current password",
  changePassword: () => "Change the password",
  changePasswordHint: () => "All other sessions of yours end with it.",
  passwordChanged: () => "The password is changed",
  passwordNotChanged: () => "The password was not changed",
  codes: () => "One-time codes",
  codesLoadFailed: () => "The one-time codes could not be loaded",
  codesOff: () =>
    "Off. With them, the password alone lets nobody in: it takes a code that an app on your phone shows.",
  codesOn: () => "On. Signing in with the password takes a code of your app.",
  setUpCodes: () => "Set up one-time codes",
  setUpCodesFailed: () => "One-time codes were not set up",
  scanHint: () =>
    "Scan this with an authenticator app, or type the key into it. Then enter the code that it shows.",
  qrCode: () => "QR code with the key for your app",
  appKey: () => "Key",
  openApp: () => "Open it in an app on this device",
  firstCodeHelp: () => "Six digits. All other sessions of yours end when it is right.",
  firstCodeWrong: () =>
    "That is not the code of this moment. Wait for the next one; if that is wrong too, check the clock of your phone.",
  confirmCode: () => "Turn on",
  turnOffCodes: () => "Turn off one-time codes",
  turnOffCodesHint: () =>
    "The password alone lets you in again, the backup codes are worth nothing, and all other sessions of yours end.",
  turnOffCodesFailed: () => "One-time codes are still on",
  backupCodes: () => "Backup codes",
  backupCodesHint: () =>
    "For when you have lost the app. Each is good once, and they are shown only now: keep them where you will find them without your phone.",
  backupCodesFailed: () => "The backup codes were not renewed",
  renewBackupCodes: () => "New backup codes",
  renewBackupCodesHint: () => "The old ones are worth nothing from then on.",
  savedCodes: () => "I have saved them",
  passkeys: () => "Passkeys",
  passkeysHint: () =>
    "Kept by a device or a password manager, which checks who holds it. A passkey signs you in without password and code.",
  passkeysLoadFailed: () => "The passkeys could not be loaded",
  passkeysImpossible: () =>
    "Passkeys work over https or on localhost, at a name rather than an IP address. Open Corral so; if you did, the browser is too old.",
  addPasskey: () => "Add a passkey",
  addPasskeyHint: () => "The browser asks the device for it.",
  passkeyName: () => "Name",
  passkeyNameHelp: () => "What you call the device: “Laptop”, “Blue key”.",
  passkeyDefaultName: () => "Passkey",
  passkeyNotAdded: () => "The passkey was not added",
  passkeyNotRemoved: (p: { name: string }) => `${p.name} was not removed`,
  proveAgain: () => "You signed in too long ago for this. Sign in again, then add the passkey.",
  removePasskeyTitle: (p: { name: string }) => `Remove ${p.name}?`,
  removePasskeyHint: () =>
    "It signs nobody in any more. Delete it on the device too, or it will still be offered there.",
  sessions: () => "Where you are signed in",
  sessionsHint: () =>
    `A session ends after ${number(limits.sessionIdleMs / hourMs)} hours without use, and ${number(limits.sessionAbsoluteMs / hourMs / 24)} days after it began.`,
  sessionsLoadFailed: () => "The sessions could not be loaded",
  unknownProgram: () => "Unknown program",
  thisSession: () => "This one",
  sessionFacts: (p: { address: string | null; since: string; used: string }) =>
    [...(p.address === null ? [] : [p.address]), `since ${p.since}`, `last used ${p.used}`].join(" · "),
  end: () => "End",
  endThis: (p: { program: string }) => `End the session of ${p.program}`,
  sessionNotEnded: (p: { program: string }) => `The session of ${p.program} was not ended`,
  endOthers: () => "End all others",
  endOthersTitle: (p: { count: number }) =>
    `End ${number(p.count)} other ${plural(p.count, { one: "session", other: "sessions" })}?`,
  endOthersHint: () => "Whoever uses them has to sign in again. API keys go on.",
  othersNotEnded: () => "The other sessions were not ended",
  noOthers: () => "You are signed in here only.",
};

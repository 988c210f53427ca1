import { byPolicy, conflict, invalid, none, shown, takesNoInput, type CaseTable } from "./case-table.ts";

const factor = "second-factor/second-factor";
const keys = "second-factor/passkeys";
const nobody = "00000000-0000-4000-8000-000000000000";
const enrolled =
  "asks for nothing before a code is confirmed; then the caller's session is new and all others end";
const removed = "auth.secondFactor.remove takes the password again, renews the session and ends the others";
const codes = "a backup code is good once, and new ones end the old";
const signsIn = "signs somebody in without a password, as often as they like, until it is deleted";
const answeredOnce = "refuses an answer twice, one to another question, and a device whose counter goes back";

/** Codes of an app, and passkeys. */
export const secondFactorCases: CaseTable = {
  "auth.secondFactor.get": { happy: shown(factor, enrolled), denied: byPolicy, invalid: takesNoInput },
  "auth.secondFactor.enroll": {
    happy: shown(factor, enrolled),
    denied: byPolicy,
    invalid: invalid({}, "password"),
    conflict: shown(factor, enrolled),
  },
  "auth.secondFactor.confirm": {
    happy: shown(factor, enrolled),
    denied: byPolicy,
    invalid: invalid({ code: "12345" }, "code"),
    conflict: shown(
      factor,
      "a code is good once, also for two at the same time, and leaves no session behind when it is refused",
    ),
  },
  "auth.secondFactor.renewBackupCodes": {
    happy: shown(factor, codes),
    denied: byPolicy,
    invalid: invalid({}, "password"),
    conflict: shown(factor, codes),
  },
  "auth.secondFactor.remove": {
    happy: shown(factor, removed),
    denied: byPolicy,
    invalid: invalid({}, "password"),
    conflict: none("what is off already is wrong input"),
  },
  "auth.secondFactor.reset": {
    happy: shown(
      factor,
      "auth.secondFactor.reset is an administrator's, for somebody who has lost app and codes",
    ),
    denied: byPolicy,
    invalid: invalid({ userId: "bob" }, "userId"),
    conflict: conflict({ userId: nobody }, "user_not_found"),
  },
  "auth.passkeys.list": { happy: shown(keys, signsIn), denied: byPolicy, invalid: takesNoInput },
  "auth.passkeys.begin": {
    happy: shown(keys, signsIn),
    denied: shown(keys, "is added only by somebody with a session of their own, who signed in a moment ago"),
    invalid: takesNoInput,
    conflict: none("it asks a question of its own"),
  },
  "auth.passkeys.register": {
    happy: shown(keys, signsIn),
    denied: shown(keys, "is somebody's own: a ceremony that one began registers nothing for another"),
    invalid: invalid({ ceremony: "x", response: {} }, "name"),
    conflict: shown(keys, answeredOnce),
  },
  "auth.passkeys.delete": {
    happy: shown(keys, signsIn),
    denied: shown(keys, "is somebody's own: a ceremony that one began registers nothing for another"),
    invalid: invalid({ id: "first" }, "id"),
    conflict: conflict({ id: nobody }, "passkey_not_found"),
  },
  "auth.passkeys.beginSignIn": {
    happy: shown(keys, signsIn),
    denied: none("everybody may try to sign in"),
    invalid: takesNoInput,
    conflict: none("it asks a question of its own"),
  },
  "auth.passkeys.signIn": {
    happy: shown(keys, signsIn),
    denied: shown(keys, "opens nothing for a suspended account"),
    invalid: invalid({ ceremony: "x" }, "response"),
    conflict: shown(keys, answeredOnce),
  },
};

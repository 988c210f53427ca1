import { byPolicy, denied, invalid, none, shown, takesNoInput, type CaseTable } from "./case-table.ts";

const people = "procedures/people";
const sessions = "procedures/sessions";
const accounts = "procedures/accounts";
const wrongToken = "0".repeat(43);
const oneself = none("it is one's own, and a second time changes nothing");
const open = none("everybody may ask, also before anybody has an account");

export const authCases: CaseTable = {
  "auth.setupState": {
    happy: shown(
      people,
      "auth.setupState says that there is an administrator, and auth.signUp is closed then",
    ),
    denied: open,
    invalid: takesNoInput,
  },
  "auth.signUp": {
    happy: shown("first-model", "every command of docs/first-model.md does what the page says"),
    denied: {
      kind: "sent",
      as: "stranger",
      input: { email: "new@example.com", password: "a password of many words", name: "New" },
      code: "signup_closed",
    },
    invalid: invalid({ email: "new", password: "a password of many words", name: "New" }, "email"),
    conflict: none("an address that is taken is refused as everybody is while sign-up is closed"),
  },
  "auth.signIn": {
    happy: shown(
      people,
      "auth.signIn answers alike for a wrong password and an unknown account; auth.signOut ends the session",
    ),
    denied: {
      kind: "sent",
      as: "stranger",
      input: { email: "bob@example.com", password: "not his password" },
      code: "unauthenticated",
    },
    invalid: invalid({ email: "bob@example.com" }, "password"),
    conflict: none("it makes a session of its own"),
  },
  "auth.signOut": {
    happy: shown(
      people,
      "auth.signIn answers alike for a wrong password and an unknown account; auth.signOut ends the session",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
    conflict: none("it ends one's own session, and a second time is too late for nobody"),
  },
  "auth.session": {
    happy: shown(people, "auth.session says who is signed in and what they may do; nobody is null"),
    denied: open,
    invalid: takesNoInput,
  },
  "auth.acceptInvitation": {
    happy: shown(
      "procedures/invitations",
      "makes an account with its role and groups, signs it in, and lets nobody in again",
    ),
    denied: {
      kind: "sent",
      as: "stranger",
      input: { token: wrongToken, name: "New", password: "a password of many words" },
      code: "link_invalid",
    },
    invalid: invalid({ token: wrongToken, password: "a password of many words" }, "name"),
    conflict: shown("procedures/invitations", "of fifty who accept it at once, one gets the account"),
  },
  "auth.setPassword": {
    happy: shown(
      "procedures/invitations",
      "makes a link that sets a password once, and ends the account's sessions",
    ),
    denied: {
      kind: "sent",
      as: "stranger",
      input: { token: wrongToken, password: "a password of many words" },
      code: "link_invalid",
    },
    invalid: invalid({ token: wrongToken }, "password"),
    conflict: shown(
      "procedures/invitations",
      "a newer link ends the older one, and neither is an invitation",
    ),
  },
  "auth.sessions": {
    happy: shown(sessions, "shows where one is signed in, which session this is, and never a token"),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "auth.endSession": {
    happy: shown(sessions, "ends one of one's own, and nobody else's"),
    denied: denied({ id: "00000000-0000-4000-8000-000000000000" }, "session_not_found"),
    invalid: invalid({ id: "this" }, "id"),
    conflict: oneself,
  },
  "auth.signOutEverywhere": {
    happy: shown(sessions, "ends all of one's sessions, this one too; keys go on"),
    denied: byPolicy,
    invalid: invalid({ keepsCurrent: "yes" }, "keepsCurrent"),
    conflict: oneself,
  },
  "auth.updateProfile": {
    happy: shown(accounts, "changes one's own name and picture, and nothing else"),
    denied: byPolicy,
    invalid: invalid({ name: " " }, "name"),
    conflict: oneself,
  },
  "auth.changePassword": {
    happy: shown(accounts, "auth.changePassword ends every session, and gives the caller a new one"),
    denied: byPolicy,
    invalid: invalid(
      { currentPassword: "not her password", newPassword: "another one of many words" },
      "currentPassword",
    ),
    conflict: none("the last one counts; the session of whoever was too late has ended"),
  },
};

import { invalid, none, shown, takesNoInput, type CaseTable } from "./case-table.ts";

const people = "procedures/people";
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
    denied: { kind: "policy" },
    invalid: takesNoInput,
    conflict: none("it ends one's own session, and a second time is too late for nobody"),
  },
  "auth.session": {
    happy: shown(people, "auth.session says who is signed in and what they may do; nobody is null"),
    denied: open,
    invalid: takesNoInput,
  },
};

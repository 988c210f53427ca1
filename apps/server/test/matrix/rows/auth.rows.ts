import { password } from "../../support/people.ts";
import { everybody } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

const account = { email: "rita@example.com", password };

export const rows: readonly Row[] = [
  { door: "auth.setupState", ...everybody, call: () => query("auth.setupState") },
  { door: "auth.session", ...everybody, call: () => query("auth.session") },
  { door: "auth.signIn", ...everybody, call: () => mutation("auth.signIn", account) },
  {
    door: "auth.signUp",
    ...everybody,
    call: () => mutation("auth.signUp", { ...account, name: "Rita" }),
    allowed: "signup_closed",
  },
  {
    door: "auth.signOut",
    people: "DAD AAAAA AA",
    keys: "DDDDDD D",
    call: () => mutation("auth.signOut"),
    endsSession: true,
  },
];

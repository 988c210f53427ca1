import { password } from "../../support/people.ts";
import { signedInAdministrators } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

export const rows: readonly Row[] = [
  { door: "users.list", ...signedInAdministrators, call: () => query("users.list", {}) },
  {
    door: "users.create",
    ...signedInAdministrators,
    call: () => mutation("users.create", { email: "rita@example.com", password, name: "Rita" }),
    allowed: "email_taken",
  },
  {
    door: "users.update",
    ...signedInAdministrators,
    call: ({ user }) => mutation("users.update", { id: user, name: "Rita" }),
  },
  {
    door: "users.previewUpdate",
    ...signedInAdministrators,
    call: ({ user }) => query("users.previewUpdate", { id: user, role: "user" }),
  },
];

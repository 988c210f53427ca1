import { nobody } from "../ask.ts";
import { administrators, everybody, signedIn, signedInAdministrators } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

const password = "a battery of other staples";
const link = { token: "A".repeat(43), password };
/** Also who waits for approval, and nobody by a key. */
const anySession = { people: "DAD AAAAA AA", keys: "DDDDDD D" };

export const rows: readonly Row[] = [
  {
    door: "auth.acceptInvitation",
    ...everybody,
    call: () => mutation("auth.acceptInvitation", { ...link, name: "Rita" }),
    allowed: "link_invalid",
  },
  {
    door: "auth.setPassword",
    ...everybody,
    call: () => mutation("auth.setPassword", link),
    allowed: "link_invalid",
  },
  { door: "auth.sessions", ...anySession, call: () => query("auth.sessions") },
  {
    door: "auth.endSession",
    ...anySession,
    call: () => mutation("auth.endSession", { id: nobody }),
    allowed: "session_not_found",
  },
  {
    door: "auth.signOutEverywhere",
    ...anySession,
    call: () => mutation("auth.signOutEverywhere", { keepsCurrent: true }),
  },
  { door: "auth.updateProfile", ...signedIn, call: () => mutation("auth.updateProfile", {}) },
  {
    door: "auth.changePassword",
    ...signedIn,
    call: () => mutation("auth.changePassword", { currentPassword: "not it", newPassword: password }),
    allowed: "invalid_input",
  },
  { door: "users.search", ...signedIn, call: () => query("users.search", { search: "rita" }) },
  {
    door: "users.get",
    people: "DDD DADDD AA",
    keys: "DDDDDD D",
    call: ({ user }) => query("users.get", { id: user }),
  },
  {
    door: "users.createService",
    ...signedInAdministrators,
    call: () => mutation("users.createService", { name: "Robot" }),
  },
  {
    door: "users.delete",
    ...signedInAdministrators,
    call: () => mutation("users.delete", { id: nobody }),
    allowed: "user_not_found",
  },
  {
    door: "users.signOut",
    ...signedInAdministrators,
    call: () => mutation("users.signOut", { id: nobody }),
    allowed: "user_not_found",
  },
  {
    door: "users.resetPassword",
    ...signedInAdministrators,
    call: () => mutation("users.resetPassword", { id: nobody }),
    allowed: "user_not_found",
  },
  {
    door: "invitations.create",
    ...signedInAdministrators,
    call: () => mutation("invitations.create", { email: "rita@example.com" }),
    allowed: "email_taken",
  },
  { door: "invitations.list", ...signedInAdministrators, call: () => query("invitations.list") },
  {
    door: "invitations.revoke",
    ...signedInAdministrators,
    call: () => mutation("invitations.revoke", { id: nobody }),
    allowed: "invitation_not_found",
  },
  { door: "settings.get", ...administrators, call: () => query("settings.get") },
  {
    door: "settings.update",
    ...administrators,
    call: () => mutation("settings.update", { signUpOpen: false }),
  },
];

import {
  byPolicy,
  conflict,
  denied,
  invalid,
  none,
  shown,
  takesNoInput,
  type CaseTable,
  type Sent,
} from "./case-table.ts";

const permissions = "procedures/permissions";
const viewAs = "procedures/view-as";
const invitations = "procedures/invitations";
const sessions = "procedures/sessions";
const accounts = "procedures/accounts";
const nobody = "00000000-0000-4000-8000-000000000000";
const password = "a password of many words";
const link = { token: "A".repeat(43), name: "New", password };
const deadLink = (input: object): Sent => ({ kind: "sent", as: "stranger", input, code: "link_invalid" });
const settings = "settings.get shows what decisions say, and settings.update keeps what it does not name";
const accepted = "makes an account with its role and groups, signs it in, and lets nobody in again";
const newPassword = "makes a link that sets a password once, and ends the account's sessions";

export const accountCases: CaseTable = {
  "auth.acceptInvitation": {
    happy: shown(invitations, accepted),
    denied: deadLink(link),
    invalid: invalid({ ...link, name: " " }, "name"),
    conflict: shown(invitations, "of fifty who accept it at once, one gets the account"),
  },
  "auth.setPassword": {
    happy: shown(invitations, newPassword),
    denied: deadLink({ token: link.token, password }),
    invalid: invalid({ token: link.token }, "password"),
    conflict: shown(invitations, newPassword),
  },
  "auth.sessions": {
    happy: shown(sessions, "shows where one is signed in, which session this is, and never a token"),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "auth.endSession": {
    happy: shown(sessions, "ends one of one's own, and nobody else's"),
    denied: denied({ id: nobody }, "session_not_found"),
    invalid: invalid({ id: "this" }, "id"),
    conflict: conflict({ id: nobody }, "session_not_found"),
  },
  "auth.signOutEverywhere": {
    happy: shown(sessions, "ends all of one's sessions, this one too; keys go on"),
    denied: byPolicy,
    invalid: invalid({ keepsCurrent: "yes" }, "keepsCurrent"),
    conflict: none("what has ended already is not counted"),
  },
  "auth.updateProfile": {
    happy: shown(accounts, "changes one's own name and picture, and nothing else"),
    denied: byPolicy,
    invalid: invalid({ image: "https://example.com/me.png" }, "image"),
    conflict: none("names need not differ, and the last one counts"),
  },
  "auth.changePassword": {
    happy: shown(accounts, "auth.changePassword ends every session, and gives the caller a new one"),
    denied: byPolicy,
    invalid: invalid({ currentPassword: "not it", newPassword: password }, "currentPassword"),
    conflict: none("of two at once, the second has the wrong current password"),
  },
  "users.search": {
    happy: shown(accounts, "finds people to share with by name, and shows members no addresses"),
    denied: shown(
      accounts,
      "leaves out the suspended and the pending; is for who may share; wants two letters",
    ),
    invalid: invalid({ search: "b" }, "search"),
  },
  "users.get": {
    happy: shown(accounts, "shows oneself, and others with users.read; names of groups to their members"),
    denied: denied(({ ada }) => ({ id: ada.id })),
    invalid: invalid({ id: "bob" }, "id"),
  },
  "users.createService": {
    happy: shown("procedures/service-accounts", "calls what it may read by a key that an administrator made"),
    denied: byPolicy,
    invalid: invalid({ name: " " }, "name"),
    conflict: none("names need not differ"),
  },
  "users.delete": {
    happy: shown(accounts, "ends sessions, keys and grants, and leaves the models to administrators"),
    denied: byPolicy,
    invalid: invalid({ id: "bob" }, "id"),
    conflict: conflict(({ ada }) => ({ id: ada.id }), "last_admin"),
  },
  "users.signOut": {
    happy: shown(sessions, "users.signOut does it to somebody, for administrators"),
    denied: byPolicy,
    invalid: invalid({ id: "bob" }, "id"),
    conflict: conflict({ id: nobody }, "user_not_found"),
  },
  "users.resetPassword": {
    happy: shown(invitations, newPassword),
    denied: byPolicy,
    invalid: invalid({ id: "bob" }, "id"),
    conflict: conflict({ id: nobody }, "user_not_found"),
  },
  "invitations.create": {
    happy: shown(invitations, accepted),
    denied: byPolicy,
    invalid: invalid({ email: "new" }, "email"),
    conflict: conflict({ email: "bob@example.com" }, "email_taken"),
  },
  "invitations.list": {
    happy: shown(invitations, "is dead once revoked, replaced or expired"),
    denied: byPolicy,
    invalid: invalid({ limit: 1_000 }, "limit"),
  },
  "invitations.revoke": {
    happy: shown(invitations, "is dead once revoked, replaced or expired"),
    denied: byPolicy,
    invalid: invalid({ id: "first" }, "id"),
    conflict: conflict({ id: nobody }, "invitation_not_found"),
  },
  "settings.get": {
    happy: shown(permissions, settings),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "settings.update": {
    happy: shown(permissions, settings),
    denied: byPolicy,
    invalid: invalid({ memberPermissions: ["models.delete"] }, "memberPermissions.0"),
    conflict: none("each setting is one value, and the last one counts"),
  },
  "access.effective": {
    happy: shown(permissions, "is for oneself, and for administrators of anybody"),
    denied: denied(({ ada }) => ({ userId: ada.id })),
    invalid: invalid({ userId: "bob" }, "userId"),
  },
  "access.viewModels": {
    happy: shown(viewAs, "shows the list exactly as somebody else sees it"),
    denied: byPolicy,
    invalid: invalid({ userId: "bob" }, "userId"),
  },
  "access.viewModel": {
    happy: shown(viewAs, "shows one model as somebody else sees it, and what they do not see as unknown"),
    denied: byPolicy,
    invalid: invalid({ userId: "bob", id: "preset" }, "userId"),
  },
};

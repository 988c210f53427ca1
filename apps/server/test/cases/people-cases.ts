import {
  byPolicy,
  conflict,
  denied,
  invalid,
  none,
  shown,
  takesNoInput,
  type CaseTable,
} from "./case-table.ts";

const people = "procedures/people";
const groups = "groups.create, groups.update and groups.delete are for administrators, and names are unique";
const nobody = "00000000-0000-4000-8000-000000000000";

export const peopleCases: CaseTable = {
  "users.list": {
    happy: shown(people, "users.list finds by name and e-mail, for those who may see people"),
    denied: denied({}),
    invalid: invalid({ limit: 1_000 }, "limit"),
  },
  "users.create": {
    happy: shown(people, "users.create makes an account that can sign in, once per address"),
    denied: byPolicy,
    invalid: invalid({ email: "x@example.com", password: "a password of many words" }, "name"),
    conflict: conflict(
      { email: "BOB@example.com", password: "a password of many words", name: "Bob" },
      "email_taken",
    ),
  },
  "users.update": {
    happy: shown(people, "users.update suspends at once, and never the last administrator"),
    denied: byPolicy,
    invalid: invalid(({ bob }) => ({ id: bob.id, role: "owner" }), "role"),
    conflict: conflict(({ ada }) => ({ id: ada.id, role: "user" }), "last_admin"),
  },
  "users.previewUpdate": {
    happy: shown(
      "procedures/take-over",
      "lists the models that a person's suspension or demotion would stop",
    ),
    denied: byPolicy,
    invalid: invalid({ id: "bob" }, "id"),
  },
  "users.search": {
    happy: shown("procedures/accounts", "finds people to share with by name, and shows members no addresses"),
    denied: byPolicy,
    invalid: invalid({ search: "b" }, "search"),
  },
  "users.get": {
    happy: shown(
      "procedures/accounts",
      "shows oneself, and others with users.read; names of groups to their members",
    ),
    denied: denied(({ ada }) => ({ id: ada.id })),
    invalid: invalid({ id: "bob" }, "id"),
  },
  "users.createService": {
    happy: shown(
      "procedures/service-accounts",
      "users.createService is for administrators, and wants a name",
    ),
    denied: byPolicy,
    invalid: invalid({ name: " " }, "name"),
    conflict: none("programs may share a name: each account is its own"),
  },
  "users.delete": {
    happy: shown(
      "procedures/accounts",
      "ends sessions, keys and grants, and leaves the models to administrators",
    ),
    denied: byPolicy,
    invalid: invalid({ id: "bob" }, "id"),
    conflict: conflict(({ ada }) => ({ id: ada.id }), "last_admin"),
  },
  "users.signOut": {
    happy: shown("procedures/sessions", "users.signOut does it to somebody, for administrators"),
    denied: byPolicy,
    invalid: invalid({ id: "bob" }, "id"),
    conflict: conflict({ id: nobody }, "user_not_found"),
  },
  "users.resetPassword": {
    happy: shown(
      "procedures/invitations",
      "makes a link that sets a password once, and ends the account's sessions",
    ),
    denied: byPolicy,
    invalid: invalid({ id: "bob" }, "id"),
    conflict: conflict({ id: nobody }, "user_not_found"),
  },
  "invitations.list": {
    happy: shown(
      "procedures/invitations",
      "invitations.create, invitations.list and invitations.revoke are for administrators, and say what is wrong",
    ),
    denied: byPolicy,
    invalid: invalid({ limit: 0 }, "limit"),
  },
  "invitations.create": {
    happy: shown(
      "procedures/invitations",
      "makes an account with its role and groups, signs it in, and lets nobody in again",
    ),
    denied: byPolicy,
    invalid: invalid({ email: "new" }, "email"),
    conflict: conflict({ email: "bob@example.com" }, "email_taken"),
  },
  "invitations.revoke": {
    happy: shown("procedures/invitations", "is dead once revoked, replaced or expired"),
    denied: byPolicy,
    invalid: invalid({ id: "first" }, "id"),
    conflict: conflict({ id: nobody }, "invitation_not_found"),
  },
  "settings.get": {
    happy: shown(
      "procedures/permissions",
      "settings.get shows what decisions say, and settings.update keeps what it does not name",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "settings.update": {
    happy: shown(
      "procedures/permissions",
      "settings.get shows what decisions say, and settings.update keeps what it does not name",
    ),
    denied: byPolicy,
    invalid: invalid({ signUpOpen: "yes" }, "signUpOpen"),
    conflict: none("each setting is stated by itself, and the last statement counts"),
  },
  "access.effective": {
    happy: shown("procedures/permissions", "is for oneself, and for administrators of anybody"),
    denied: denied(({ ada }) => ({ userId: ada.id })),
    invalid: invalid({ userId: "bob" }, "userId"),
  },
  "access.viewModels": {
    happy: shown("procedures/view-as", "shows the list exactly as somebody else sees it"),
    denied: byPolicy,
    invalid: invalid({ userId: "bob" }, "userId"),
  },
  "access.viewModel": {
    happy: shown(
      "procedures/view-as",
      "shows one model as somebody else sees it, and what they do not see as unknown",
    ),
    denied: byPolicy,
    invalid: invalid({ userId: "bob", id: "preset" }, "userId"),
  },
  "groups.list": {
    happy: shown(
      people,
      "groups.list shows all to administrators and one's own, without the others, to members",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "groups.create": {
    happy: shown(people, groups),
    denied: byPolicy,
    invalid: invalid({ name: " " }, "name"),
    conflict: conflict({ name: "STRANGERS" }, "name_taken"),
  },
  "groups.update": {
    happy: shown(
      "first-week",
      "2. a member shares a model with a group: who joins has it, who leaves has not",
    ),
    denied: byPolicy,
    invalid: invalid(({ strangersGroupId }) => ({ id: strangersGroupId, memberIds: ["bob"] }), "memberIds.0"),
    conflict: conflict(({ strangersGroupId }) => ({ id: strangersGroupId, name: "Others" }), "name_taken"),
  },
  "groups.delete": {
    happy: shown("access", "or losing the whole group ends what it was given"),
    denied: byPolicy,
    invalid: invalid({ id: "Strangers" }, "id"),
    conflict: none("deleting takes the rights that it gave along; what is gone is group_not_found"),
  },
  "access.explain": {
    happy: shown(
      "procedures/explain-access",
      "access.explain says how somebody comes to a model, and what a call would be refused with",
    ),
    denied: denied({ id: "preset" }, "model_not_found"),
    invalid: invalid({ id: "preset", userId: "bob" }, "userId"),
  },
  "keys.list": {
    happy: shown("procedures/keys", "is shown once, calls and lists for ninety days, and is listed masked"),
    denied: byPolicy,
    invalid: invalid({ ownerId: "bob" }, "ownerId"),
  },
  "keys.create": {
    happy: shown("procedures/keys", "is shown once, calls and lists for ninety days, and is listed masked"),
    denied: denied({ name: "Bob's", scopes: ["admin"] }),
    invalid: invalid({ name: "" }, "name"),
    conflict: conflict({ name: "Robot" }, "name_taken"),
  },
  "keys.update": {
    happy: shown("procedures/keys", "counts from its answer on: another list, another scope, an end"),
    denied: denied(({ keyUid }) => ({ id: keyUid, name: "Mine" }), "key_not_found"),
    invalid: invalid(({ keyUid }) => ({ id: keyUid, scopes: [] }), "scopes"),
    conflict: conflict(({ keyUid }) => ({ id: keyUid, name: "Second" }), "name_taken"),
  },
  "keys.roll": {
    happy: shown(
      "procedures/keys",
      "rolls: a new secret under the old name and rights, the old one until the overlap ends",
    ),
    denied: denied(({ keyUid }) => ({ id: keyUid }), "key_not_found"),
    invalid: invalid(({ keyUid }) => ({ id: keyUid, overlapMinutes: -1 }), "overlapMinutes"),
    conflict: none("the last roll counts; what was ended meanwhile is key_not_found"),
  },
  "keys.delete": {
    happy: shown("procedures/keys", "that is its end counts at once"),
    denied: denied(({ keyUid }) => ({ id: keyUid }), "key_not_found"),
    invalid: invalid({ id: "Robot" }, "id"),
    conflict: conflict({ id: nobody }, "key_not_found"),
  },
  "keys.getDefault": {
    happy: shown(
      people,
      "keys.replaceDefault shows the key once and replaces the old one; keys.getDefault masks it; keys.deleteDefault ends it",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "keys.replaceDefault": {
    happy: shown(
      people,
      "keys.replaceDefault shows the key once and replaces the old one; keys.getDefault masks it; keys.deleteDefault ends it",
    ),
    denied: shown("procedures/keys", "is not made without the permission, nor by a stranger"),
    invalid: takesNoInput,
    conflict: none("it replaces whatever there is"),
  },
  "keys.deleteDefault": {
    happy: shown(
      people,
      "keys.replaceDefault shows the key once and replaces the old one; keys.getDefault masks it; keys.deleteDefault ends it",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
    conflict: none("where there is none, it says so"),
  },
};

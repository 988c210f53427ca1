import { format } from "../../lib/format.ts";

const { number, plural } = format;

export const enPeople = {
  users: {
    add: () => "New user",
    addHint: () => "They can sign in at once with this password; tell them in a safe way.",
    addFailed: () => "The user was not created",
    addAny: () => "Add",
    addByLink: () => "Invite by a link",
    addByPassword: () => "New user with a password",
    addService: () => "New service account",
    addServiceHint: () => "For a program: it owns API keys, and nobody signs in to it.",
    kindName: { person: () => "Person", service: () => "Service account" },
    count: (p: { count: number }) => number(p.count),
    search: () => "Search name, e-mail",
    loadFailed: () => "The users could not be loaded",
    name: () => "Name",
    role: () => "Role",
    roleName: { admin: () => "Administrator", user: () => "Member", pending: () => "Pending" },
    statusName: { active: () => "Active", suspended: () => "Suspended" },
    since: () => "Since",
    firstPassword: () => "First password",
    suspend: () => "Suspend",
    reinstate: () => "Reinstate",
    changeFailed: (p: { name: string }) => `${p.name} was not changed`,
  },
  groups: {
    add: () => "New group",
    edit: (p: { name: string }) => `Edit ${p.name}`,
    count: (p: { count: number }) => number(p.count),
    empty: () => "No groups yet. Share models with a group instead of with each person.",
    none: () => "You are in no group.",
    loadFailed: () => "The groups could not be loaded",
    saveFailed: () => "The group was not saved",
    deleteFailed: (p: { name: string }) => `${p.name} was not deleted`,
    deleteHint: (p: { count: number }) =>
      `Its ${number(p.count)} ${plural(p.count, { one: "member loses", other: "members lose" })} what was shared with the group.`,
    name: () => "Name",
    members: (p: { count: number }) =>
      `${number(p.count)} ${plural(p.count, { one: "member", other: "members" })}`,
    membersLabel: () => "Members",
    membersPlaceholder: () => "Search people",
  },
};

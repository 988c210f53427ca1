import { describe, expect, test } from "vitest";
import { decideAdministration, type AdministrationAction } from "./decide-administration.ts";
import type { AccessSubject } from "./decide-access.ts";
import type { Principal } from "./principal.ts";

const member: Principal = {
  userId: "member",
  role: "user",
  status: "active",
  groupIds: new Set(),
  bypass: false,
};
const principals: Record<string, Principal | null> = {
  anonymous: null,
  pending: { ...member, userId: "owner", role: "pending" },
  suspended: { ...member, userId: "owner", role: "admin", status: "suspended", bypass: true },
  stranger: member,
  owner: { ...member, userId: "owner" },
  writer: { ...member, userId: "writer" },
  admin: { ...member, userId: "admin", role: "admin" },
  adminBypass: { ...member, userId: "admin", role: "admin", bypass: true },
  adminOwner: { ...member, userId: "owner", role: "admin" },
};

const access = {
  kind: "restricted",
  read: { groupIds: [], userIds: [] },
  write: { groupIds: [], userIds: ["writer"] },
} as const;
const subjects: Record<string, AccessSubject> = {
  custom: { kind: "custom", ownerId: "owner", access },
  orphan: { kind: "custom", ownerId: null, access },
  override: { kind: "override", access, inherited: { kind: "private" } },
};

describe("what administrators may do to everybody's models", () => {
  test.each([
    [
      "custom",
      "transfer",
      "anonymous pending suspended -     owner -          administrator administrator owner",
    ],
    [
      "custom",
      "deactivate",
      "anonymous pending suspended -   owner user_grant administrator administrator owner",
    ],
    [
      "custom",
      "delete",
      "anonymous pending suspended -       owner user_grant administrator administrator owner",
    ],
    [
      "orphan",
      "transfer",
      "anonymous pending suspended -     -     -          administrator administrator administrator",
    ],
    [
      "orphan",
      "deactivate",
      "anonymous pending suspended -   -     user_grant administrator administrator administrator",
    ],
    [
      "orphan",
      "delete",
      "anonymous pending suspended -       -     user_grant administrator administrator administrator",
    ],
    [
      "override",
      "transfer",
      "anonymous pending suspended -   -     -          -             -             -",
    ],
    [
      "override",
      "deactivate",
      "anonymous pending suspended - -     user_grant administrator administrator administrator",
    ],
    [
      "override",
      "delete",
      "anonymous pending suspended -     -     user_grant administrator administrator administrator",
    ],
  ] satisfies [string, AdministrationAction, string][])("decides %s, %s", (name, action, expected) => {
    const subject = subjects[name] ?? expect.unreachable(name);
    const allowedReasons = new Set(["owner", "user_grant", "administrator"]);

    const decisions = Object.values(principals).map((who) => decideAdministration(who, action, subject));

    expect(decisions).toEqual(
      expected
        .split(/\s+/)
        .map((word) => ({ allowed: allowedReasons.has(word), reason: word === "-" ? "no_grant" : word })),
    );
  });
});

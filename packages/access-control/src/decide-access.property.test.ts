import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import * as any from "./__fixtures__/arbitraries.ts";
import { isSameAccess, type Grants, type RestrictedAccess } from "./access-control.ts";
import { decideAccess, toEffectiveAccess, type AccessSubject } from "./decide-access.ts";
import type { Principal } from "./principal.ts";

function withAccess(subject: AccessSubject, access: RestrictedAccess): AccessSubject {
  return { ...subject, access };
}

function addGrant(
  access: RestrictedAccess,
  level: "read" | "write",
  added: Partial<Grants>,
): RestrictedAccess {
  const { groupIds, userIds } = access[level];
  return {
    ...access,
    [level]: {
      groupIds: [...(added.groupIds ?? []), ...groupIds],
      userIds: [...(added.userIds ?? []), ...userIds],
    },
  };
}

function reorder({ groupIds, userIds }: Grants): Grants {
  return {
    groupIds: [...groupIds, ...groupIds].toReversed(),
    userIds: [...userIds, ...userIds].toReversed(),
  };
}

const runs = { numRuns: 300 };
const addition = fc.oneof(
  fc.record({ groupIds: fc.tuple(any.groupId) }),
  fc.record({ userIds: fc.tuple(any.userId) }),
);

describe("for whoever asks about whatever", () => {
  test.prop({ principal: any.principal, subject: any.subject }, runs)(
    "write implies read",
    ({ principal, subject }) => {
      fc.pre(decideAccess(principal, "write", subject).allowed);

      expect(decideAccess(principal, "read", subject).allowed).toBe(true);
    },
  );

  test.prop(
    {
      principal: any.principal,
      level: any.level,
      subject: any.subject,
      access: any.restricted,
      grantedLevel: any.level,
      added: addition,
    },
    runs,
  )("adding a grant never removes a right", ({ principal, level, subject, access, grantedLevel, added }) => {
    fc.pre(decideAccess(principal, level, withAccess(subject, access)).allowed);

    const after = withAccess(subject, addGrant(access, grantedLevel, added));

    expect(decideAccess(principal, level, after).allowed).toBe(true);
  });

  test.prop(
    {
      principal: any.principal,
      level: any.level,
      subject: any.subject,
      access: any.restricted,
      grantedLevel: any.level,
      userId: any.userId,
    },
    runs,
  )(
    "adding a grant to a person gives nobody else a right",
    ({ principal, level, subject, access, grantedLevel, userId }) => {
      fc.pre(principal.userId !== userId);

      const before = decideAccess(principal, level, withAccess(subject, access));
      const after = withAccess(subject, addGrant(access, grantedLevel, { userIds: [userId] }));

      expect(decideAccess(principal, level, after)).toEqual(before);
    },
  );

  test.prop({ principal: any.principal, level: any.level, subject: any.subject, groupId: any.groupId }, runs)(
    "joining a group never removes a right",
    ({ principal, level, subject, groupId }) => {
      fc.pre(decideAccess(principal, level, subject).allowed);

      const joined = { ...principal, groupIds: new Set([...principal.groupIds, groupId]) };

      expect(decideAccess(joined, level, subject).allowed).toBe(true);
    },
  );

  test.prop({ principal: any.principal, level: any.level, subject: any.subject }, runs)(
    "a pending or suspended account gets nothing",
    ({ principal, level, subject }) => {
      fc.pre(principal.role === "pending" || principal.status === "suspended");

      expect(decideAccess(principal, level, subject).allowed).toBe(false);
    },
  );

  test.prop({ principal: any.principal, subject: any.subject }, runs)(
    "public never gives write",
    ({ principal, subject }) => {
      expect(decideAccess(principal, "write", subject).reason).not.toBe("public");
    },
  );

  test.prop({ principal: any.principal, level: any.level, subject: any.subject }, runs)(
    "a group grant names a group that is listed and the caller's own",
    ({ principal, level, subject }) => {
      const decision = decideAccess(principal, level, subject);
      fc.pre(decision.allowed && decision.reason === "group_grant");

      const access = toEffectiveAccess(subject);
      const listed = access.kind === "restricted" ? [...access.read.groupIds, ...access.write.groupIds] : [];

      expect(listed.filter((id) => principal.groupIds.has(id))).toContain(
        "groupId" in decision && decision.groupId,
      );
    },
  );

  test.prop(
    { principal: any.principal, level: any.level, subject: any.subject, access: any.restricted },
    runs,
  )(
    "order and duplicates of ids change neither the right nor the access",
    ({ principal, level, subject, access }) => {
      const reordered = { ...access, read: reorder(access.read), write: reorder(access.write) };

      const before = decideAccess(principal, level, withAccess(subject, access));
      const after = decideAccess(principal, level, withAccess(subject, reordered));

      expect([after.allowed, after.reason]).toEqual([before.allowed, before.reason]);
      expect(isSameAccess(access, reordered)).toBe(true);
    },
  );
});

describe("the administrators' bypass", () => {
  const admin = any.principal.map((who): Principal => ({ ...who, role: "admin", status: "active" }));

  test.prop({ principal: admin, level: any.level, subject: any.subject }, runs)(
    "is the only way to a stranger's private model, and says so",
    ({ principal, level, subject }) => {
      fc.pre(subject.kind === "custom" && subject.ownerId !== principal.userId);
      const model: AccessSubject = { ...subject, access: { kind: "private" } };

      expect(decideAccess({ ...principal, bypass: true }, level, model)).toEqual({
        allowed: true,
        reason: "bypass",
      });
      expect(decideAccess({ ...principal, bypass: false }, level, model).allowed).toBe(false);
    },
  );

  test.prop({ principal: admin, level: any.level, subject: any.subject }, runs)(
    "is named if and only if the right vanishes without it",
    ({ principal, level, subject }) => {
      const withBypass = decideAccess({ ...principal, bypass: true }, level, subject);
      const without = decideAccess({ ...principal, bypass: false }, level, subject);

      expect(withBypass.allowed).toBe(true);
      expect(withBypass.reason === "bypass").toBe(!without.allowed);
    },
  );

  test.prop({ principal: admin, level: any.level, subject: any.subject }, runs)(
    "off, leaves an administrator a member's rights on custom models",
    ({ principal, level, subject }) => {
      fc.pre(subject.kind === "custom");
      const asAdmin = decideAccess({ ...principal, bypass: false }, level, subject);

      expect(asAdmin).toEqual(decideAccess({ ...principal, role: "user" }, level, subject));
    },
  );

  test.prop({ principal: any.principal, level: any.level, subject: any.subject }, runs)(
    "means nothing for members",
    ({ principal, level, subject }) => {
      fc.pre(principal.role !== "admin");

      expect(decideAccess({ ...principal, bypass: true }, level, subject)).toEqual(
        decideAccess({ ...principal, bypass: false }, level, subject),
      );
    },
  );
});

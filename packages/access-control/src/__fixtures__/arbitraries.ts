import * as fc from "fast-check";
import { accessLevels, type AccessSubject } from "../decide-access.ts";
import { roles, type Principal } from "../principal.ts";
import type { AccessControl, ExplicitAccess, Grants, RestrictedAccess } from "../access-control.ts";

// Few ids, so that owners, grantees and callers often meet.
export const userId = fc.constantFrom("user-1", "user-2", "user-3");
export const groupId = fc.constantFrom("group-1", "group-2", "group-3");

const grants: fc.Arbitrary<Grants> = fc.record({
  groupIds: fc.array(groupId, { maxLength: 4 }),
  userIds: fc.array(userId, { maxLength: 4 }),
});

export const restricted: fc.Arbitrary<RestrictedAccess> = fc.record({
  kind: fc.constant("restricted"),
  read: grants,
  write: grants,
});

export const explicitAccess: fc.Arbitrary<ExplicitAccess> = fc.oneof(
  fc.constant({ kind: "public" } as const),
  fc.constant({ kind: "private" } as const),
  { arbitrary: restricted, weight: 4 },
);

export const accessControl: fc.Arbitrary<AccessControl> = fc.oneof(
  { arbitrary: explicitAccess, weight: 3 },
  fc.constant({ kind: "inherit" } as const),
);

export const principal: fc.Arbitrary<Principal> = fc.record({
  userId,
  role: fc.constantFrom(...roles),
  status: fc.constantFrom("active", "active", "active", "suspended"),
  groupIds: fc.array(groupId).map((ids) => new Set(ids)),
  bypass: fc.boolean(),
});

export const level = fc.constantFrom(...accessLevels);

export const subject: fc.Arbitrary<AccessSubject> = fc.oneof(
  fc.record({ kind: fc.constant("custom"), ownerId: fc.option(userId), access: accessControl }),
  fc.record({ kind: fc.constantFrom("override", "base"), access: accessControl, inherited: explicitAccess }),
);

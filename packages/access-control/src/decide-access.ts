import type { AccessControl, ExplicitAccess, Grants } from "./access-control.ts";
import { findAccountBar, type Principal } from "./principal.ts";

/** `read`: list, get, call. `write`: see and change the definition, share, toggle, delete; implies `read`. */
export const accessLevels = ["read", "write"] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** What is being asked about. */
export type AccessSubject =
  | {
      readonly kind: "custom";
      /** `null` once the owner's account is gone. */
      readonly ownerId: string | null;
      /** `inherit` is not valid here and counts as `private`. */
      readonly access: AccessControl;
    }
  | {
      /** Neither has an owner. A base without a record has access `inherit`. */
      readonly kind: "override" | "base";
      readonly access: AccessControl;
      /** The connection's default visibility, which `inherit` stands for. */
      readonly inherited: ExplicitAccess;
    };

/** In the order of preference: the first that holds is the reason given, so `bypass` means that nothing else allowed it. */
export const allowedReasons = [
  "owner",
  "administrator",
  "public",
  "user_grant",
  "group_grant",
  "bypass",
] as const;
export const deniedReasons = ["anonymous", "suspended", "pending", "no_grant"] as const;
export type AllowedReason = (typeof allowedReasons)[number];
export type DeniedReason = (typeof deniedReasons)[number];
export type AccessReason = AllowedReason | DeniedReason;

export type AccessDecision =
  | {
      readonly allowed: true;
      readonly reason: AllowedReason;
      /** With `group_grant`: the first listed group that the caller belongs to. */
      readonly groupId?: string;
    }
  | { readonly allowed: false; readonly reason: DeniedReason };

/**
 * Decides whether someone may read or write a model, and says why.
 *
 * Pure and total: no clock, no look-up, never throws. What it does not recognize it refuses.
 *
 * @param principal Who asks; `null` for a caller without an account.
 */
export function decideAccess(
  principal: Principal | null,
  level: AccessLevel,
  subject: AccessSubject,
): AccessDecision {
  if (principal === null) return { allowed: false, reason: "anonymous" };
  const bar = findAccountBar(principal);
  if (bar !== undefined) return { allowed: false, reason: bar };
  if (subject.kind === "custom") {
    if (subject.ownerId === principal.userId) return { allowed: true, reason: "owner" };
  } else if (principal.role === "admin") {
    return { allowed: true, reason: "administrator" };
  }
  const shared = findSharedAccess(principal, level, toEffectiveAccess(subject));
  if (shared !== undefined) return shared;
  return principal.role === "admin" && principal.bypass
    ? { allowed: true, reason: "bypass" }
    : { allowed: false, reason: "no_grant" };
}

/** The access that counts: `inherit` replaced by what it stands for. */
export function toEffectiveAccess(subject: AccessSubject): ExplicitAccess {
  if (subject.access.kind !== "inherit") return subject.access;
  return subject.kind === "custom" ? { kind: "private" } : subject.inherited;
}

function findSharedAccess(
  principal: Principal,
  level: AccessLevel,
  access: ExplicitAccess,
): AccessDecision | undefined {
  if (access.kind === "public") return level === "read" ? { allowed: true, reason: "public" } : undefined;
  if (access.kind !== "restricted") return undefined;
  const grants = level === "read" ? [access.read, access.write] : [access.write];
  if (grants.some((grant) => grant.userIds.includes(principal.userId))) {
    return { allowed: true, reason: "user_grant" };
  }
  const groupId = findOwnGroup(principal, grants);
  return groupId === undefined ? undefined : { allowed: true, reason: "group_grant", groupId };
}

function findOwnGroup(principal: Principal, grants: readonly Grants[]): string | undefined {
  if (principal.groupIds.size === 0) return undefined;
  for (const { groupIds } of grants) {
    const groupId = groupIds.find((id) => principal.groupIds.has(id));
    if (groupId !== undefined) return groupId;
  }
  return undefined;
}

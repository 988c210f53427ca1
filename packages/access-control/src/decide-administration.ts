import { decideAccess, type AccessDecision, type AccessSubject } from "./decide-access.ts";
import type { Principal } from "./principal.ts";

export const administrationActions = ["transfer", "deactivate", "delete"] as const;
export type AdministrationAction = (typeof administrationActions)[number];

/**
 * Decides the three actions that administrators keep on everybody's models when their bypass is off.
 *
 * Deactivating and deleting otherwise need `write`; giving a model to someone else is the owner's alone. The answer does
 * not depend on the bypass setting. Overrides and bases have no owner, so nobody can transfer them: `no_grant`.
 */
export function decideAdministration(
  principal: Principal | null,
  action: AdministrationAction,
  subject: AccessSubject,
): AccessDecision {
  const write = decideAccess(principal && { ...principal, bypass: false }, "write", subject);
  if (!write.allowed && write.reason !== "no_grant") return write;
  if (subject.kind !== "custom")
    return action === "transfer" ? { allowed: false, reason: "no_grant" } : write;
  const isOwnRight = action === "transfer" ? write.reason === "owner" : write.allowed;
  if (isOwnRight) return write;
  return principal?.role === "admin"
    ? { allowed: true, reason: "administrator" }
    : { allowed: false, reason: "no_grant" };
}

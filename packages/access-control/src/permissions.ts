import { findAccountBar, type Principal } from "./principal.ts";

/** What an account may do apart from any single model. `connections.read` and `users.read` show, they do not change. */
export const permissions = [
  "models.create",
  "models.share",
  "models.share_public",
  "models.import",
  "models.export",
  "keys.create",
  "connections.read",
  "users.read",
] as const;
export type Permission = (typeof permissions)[number];

/** What members have until an administrator says otherwise. */
export const defaultMemberPermissions = [
  "models.create",
  "models.share",
  "models.import",
  "models.export",
  "keys.create",
] as const satisfies readonly Permission[];

/**
 * Whether the caller has a permission: active administrators have all, active users what they were granted.
 *
 * @param granted The union of the member defaults and of what the caller's groups add.
 */
export function hasPermission(
  principal: Principal | null,
  permission: Permission,
  granted: ReadonlySet<Permission>,
): boolean {
  if (principal === null || findAccountBar(principal) !== undefined) return false;
  return principal.role === "admin" || granted.has(permission);
}

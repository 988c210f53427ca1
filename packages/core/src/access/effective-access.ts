import {
  hasPermission,
  permissions,
  type AccountStatus,
  type Permission,
  type Role,
} from "@corral/access-control";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";

/** Why somebody has a permission. */
export type PermissionSource =
  | { readonly kind: "administrator" | "default" }
  | { readonly kind: "group"; readonly group: { readonly id: string; readonly name: string } };

/** What somebody may do apart from any single model. */
export type EffectiveAccess = {
  readonly user: { readonly id: string; readonly name: string };
  readonly role: Role;
  readonly status: AccountStatus;
  /** Administrators, while it is on: everybody's models as if they were theirs. */
  readonly bypass: boolean;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly permissions: readonly {
    readonly permission: Permission;
    readonly allowed: boolean;
    /** All that would give it, also to an account that may do nothing at present. */
    readonly sources: readonly PermissionSource[];
  }[];
};

/** @throws DomainError `access_denied` about others for members, `user_not_found`. */
export function explainEffectiveAccess(
  snapshot: CatalogSnapshot,
  actor: Actor,
  userId: string,
): EffectiveAccess {
  if (userId !== actor.principal.userId && actor.principal.role !== "admin") {
    throw new DomainError("access_denied", "Only administrators may ask what others may do.");
  }
  const principal = snapshot.principalOf(userId);
  const user = snapshot.findUser(userId);
  if (principal === undefined || user === undefined) throw new DomainError("user_not_found");
  const groups = [...principal.groupIds].flatMap((id) => snapshot.findGroup(id) ?? []);
  const granted = snapshot.permissionsOf(userId);
  const { role, status, bypass } = principal;
  return {
    user: { id: userId, name: user.name },
    role,
    status,
    bypass: role === "admin" && bypass,
    groups: groups.map(({ id, name }) => ({ id, name })),
    permissions: permissions.map((permission) => ({
      permission,
      allowed: hasPermission(principal, permission, granted),
      sources: [
        ...(role === "admin" ? [{ kind: "administrator" } as const] : []),
        ...(snapshot.settings.memberPermissions.includes(permission) ? [{ kind: "default" } as const] : []),
        ...groups
          .filter((group) => group.permissions?.includes(permission))
          .map(({ id, name }) => ({ kind: "group", group: { id, name } }) as const),
      ],
    })),
  };
}

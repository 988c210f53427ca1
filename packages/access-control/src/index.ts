export {
  accessControlSchema,
  explicitAccessSchema,
  isSameAccess,
  type AccessControl,
  type ExplicitAccess,
  type Grants,
  type RestrictedAccess,
} from "./access-control.ts";
export {
  accessLevels,
  decideAccess,
  type AccessDecision,
  type AccessLevel,
  type AccessReason,
  type AccessSubject,
} from "./decide-access.ts";
export { decideAdministration, type AdministrationAction } from "./decide-administration.ts";
export { hasPermission, permissions, defaultMemberPermissions, type Permission } from "./permissions.ts";
export { roles, type AccountStatus, type Principal, type Role } from "./principal.ts";

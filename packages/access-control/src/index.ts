export {
  accessControlSchema,
  grantIdsSchema,
  explicitAccessSchema,
  isSameAccess,
  maxIdLength,
  maxIdsPerGrantList,
  type AccessControl,
  type ExplicitAccess,
  type Grants,
  type RestrictedAccess,
} from "./access-control.ts";
export {
  accessControlCodec,
  accessControlWireInputSchema,
  accessControlWireSchema,
  fromWire,
  toWire,
  type AccessControlWire,
  type AccessControlWireInput,
} from "./access-control-wire.ts";
export {
  accessGrantSchema,
  accessGrantsSchema,
  fromAccessGrants,
  toAccessGrants,
  type AccessGrant,
} from "./access-grants.ts";
export {
  accessLevels,
  allowedReasons,
  decideAccess,
  deniedReasons,
  toEffectiveAccess,
  type AccessDecision,
  type AccessLevel,
  type AccessReason,
  type AccessSubject,
  type AllowedReason,
  type DeniedReason,
} from "./decide-access.ts";
export {
  administrationActions,
  decideAdministration,
  type AdministrationAction,
} from "./decide-administration.ts";
export { defaultMemberPermissions, hasPermission, permissions, type Permission } from "./permissions.ts";
export {
  accountStatuses,
  findAccountBar,
  roles,
  type AccountStatus,
  type Principal,
  type Role,
} from "./principal.ts";

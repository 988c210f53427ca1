export { createIdentity, type Identity, type IdentityOptions } from "./create-identity.ts";
export { readCredential } from "./credential/read-credential.ts";
export { sessionCookie, type SessionCookie } from "./credential/session-cookie.ts";
export { createScimAccess } from "./scim/scim-access.ts";
export type { GuardedFetch } from "./sso/oidc-client.ts";
export { SingleSignOn } from "./sso/single-sign-on.ts";
export type { IdentityLog } from "./identity-log.ts";

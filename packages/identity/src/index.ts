export { createIdentity, type Identity, type IdentityOptions } from "./create-identity.ts";
export { readCredential } from "./credential/read-credential.ts";
export { sessionCookie, type SessionCookie } from "./credential/session-cookie.ts";
export type { IdentityLog } from "./identity-log.ts";

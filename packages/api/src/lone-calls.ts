/** Calls whose body may be a whole document. */
export const largeCalls = ["documents.plan", "documents.applyChanges", "documents.import"] as const;

/**
 * Calls that cannot be part of a batch: they cost much or guess secrets, so that limits count them one by one, or they
 * set or clear the cookie, which takes the head of an answer of their own.
 */
export const loneCalls: ReadonlySet<string> = new Set([
  "auth.signIn",
  "auth.signUp",
  "auth.signOut",
  "auth.signOutEverywhere",
  "auth.acceptInvitation",
  "auth.changePassword",
  "auth.setPassword",
  "auth.secondFactor.enroll",
  "auth.secondFactor.confirm",
  "auth.secondFactor.renewBackupCodes",
  "auth.secondFactor.remove",
  "auth.passkeys.beginSignIn",
  "auth.passkeys.signIn",
  "sso.signOut",
  "users.create",
  "users.resetPassword",
  "keys.create",
  "keys.roll",
  "keys.replaceDefault",
  "scim.tokens.create",
  "connections.verify",
  ...largeCalls,
]);

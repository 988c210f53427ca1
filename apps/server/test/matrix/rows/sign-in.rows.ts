import { nobody } from "../ask.ts";
import { everybody, signedInAdministrators, withoutLooking } from "../expectations.ts";
import { mutation, query, type Call, type Expectations, type Row } from "../row.ts";

/** Also who waits for approval, and nobody by a key. */
const anySession: Expectations = { people: "DAD AAAAA AA", keys: "DDDDDD D" };
/** A directory has a token of its own. */
const directories = { people: "DDD DDDDD DD", keys: "DDDDDD D", isForeign: true } as const;

const provider = { slug: "matrix", name: "Matrix", issuer: "http://169.254.169.254", clientId: "c" };
const answer = { ceremony: "forged", response: {} };
const wrong = { password: "not the password" };
const scim: readonly (readonly [NonNullable<Call["method"]>, string])[] = [
  ["GET", "/Users"],
  ["GET", "/Users/:id"],
  ["POST", "/Users"],
  ["PUT", "/Users/:id"],
  ["PATCH", "/Users/:id"],
  ["DELETE", "/Users/:id"],
  ["GET", "/Groups"],
  ["GET", "/Groups/:id"],
  ["POST", "/Groups"],
  ["PUT", "/Groups/:id"],
  ["PATCH", "/Groups/:id"],
  ["DELETE", "/Groups/:id"],
  ["GET", "/ServiceProviderConfig"],
  ["GET", "/ResourceTypes"],
  ["GET", "/ResourceTypes/:id"],
  ["GET", "/Schemas"],
  ["GET", "/Schemas/:id"],
];

export const rows: readonly Row[] = [
  { door: "sso.options", ...everybody, call: () => query("sso.options") },
  { door: "sso.signOut", ...anySession, endsSession: true, call: () => mutation("sso.signOut") },
  { door: "sso.providers.list", ...signedInAdministrators, call: () => query("sso.providers.list") },
  {
    door: "sso.providers.create",
    ...signedInAdministrators,
    call: () => mutation("sso.providers.create", provider),
    allowed: "outbound_denied",
  },
  {
    door: "sso.providers.update",
    ...signedInAdministrators,
    call: () => mutation("sso.providers.update", { id: nobody, revision: 1, name: "Other" }),
    allowed: "identity_provider_not_found",
  },
  {
    door: "sso.providers.delete",
    ...signedInAdministrators,
    call: () => mutation("sso.providers.delete", { id: nobody }),
    allowed: "identity_provider_not_found",
  },
  { door: "GET /auth/sso/:provider", ...withoutLooking, call: () => ({ path: "/auth/sso/nobody" }) },
  {
    door: "GET /auth/sso/:provider/callback",
    ...withoutLooking,
    call: () => ({ path: "/auth/sso/nobody/callback?code=c&state=s" }),
  },
  { door: "scim.tokens.list", ...signedInAdministrators, call: () => query("scim.tokens.list") },
  {
    door: "scim.tokens.create",
    ...signedInAdministrators,
    call: () => mutation("scim.tokens.create", { name: "Matrix" }),
  },
  {
    door: "scim.tokens.delete",
    ...signedInAdministrators,
    call: () => mutation("scim.tokens.delete", { id: nobody }),
    allowed: "scim_token_not_found",
  },
  ...scim.map(([method, path]): Row => ({
    door: `${method} /scim/v2${path}`,
    ...directories,
    call: ({ user }) => ({ method, path: `/scim/v2${path.replace(":id", user)}` }),
  })),
  { door: "auth.secondFactor.get", ...anySession, call: () => query("auth.secondFactor.get") },
  {
    door: "auth.secondFactor.enroll",
    ...anySession,
    call: () => mutation("auth.secondFactor.enroll", wrong),
    allowed: "invalid_input",
  },
  {
    door: "auth.secondFactor.confirm",
    ...anySession,
    call: () => mutation("auth.secondFactor.confirm", { code: "000000" }),
    allowed: "invalid_input",
  },
  {
    door: "auth.secondFactor.renewBackupCodes",
    ...anySession,
    call: () => mutation("auth.secondFactor.renewBackupCodes", wrong),
    allowed: "invalid_input",
  },
  {
    door: "auth.secondFactor.remove",
    ...anySession,
    call: () => mutation("auth.secondFactor.remove", wrong),
    allowed: "invalid_input",
  },
  {
    door: "auth.secondFactor.reset",
    ...signedInAdministrators,
    call: () => mutation("auth.secondFactor.reset", { userId: nobody }),
    allowed: "user_not_found",
  },
  { door: "auth.passkeys.list", ...anySession, call: () => query("auth.passkeys.list") },
  { door: "auth.passkeys.begin", ...anySession, call: () => mutation("auth.passkeys.begin") },
  {
    door: "auth.passkeys.register",
    ...anySession,
    call: () => mutation("auth.passkeys.register", { ...answer, name: "Matrix" }),
    allowed: "passkey_invalid",
  },
  {
    door: "auth.passkeys.delete",
    ...anySession,
    call: () => mutation("auth.passkeys.delete", { id: nobody }),
    allowed: "passkey_not_found",
  },
  { door: "auth.passkeys.beginSignIn", ...everybody, call: () => mutation("auth.passkeys.beginSignIn") },
  {
    door: "auth.passkeys.signIn",
    ...everybody,
    call: () => mutation("auth.passkeys.signIn", answer),
    allowed: "passkey_invalid",
  },
];

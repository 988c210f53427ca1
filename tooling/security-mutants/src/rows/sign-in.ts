import type { Mutant } from "../mutant.ts";

const authenticator = "apps/server/test/identity/authenticator.test.ts";

/** Signing in, keys, and what a body may set. */
export const signInMutants: readonly Mutant[] = [
  {
    id: "TIM-2",
    file: "packages/identity/src/second-factor/sign-in-with-code.ts",
    fix: "return user?.twoFactorEnabled === true;",
    becomes:
      'if (user === undefined) throw new DomainError("unauthenticated"); return user.twoFactorEnabled === true;',
    test: {
      file: "apps/server/test/identity/sign-in.test.ts",
      title: "TIM-2: refusals cost one hash and say the same",
    },
  },
  {
    id: "AUTH-1",
    file: "packages/identity/src/account/new-accounts.ts",
    fix: "if (isFirst && !(await claimAdministration(transaction, row.id))) throw lateComer();",
    becomes: "if (isFirst) await claimAdministration(transaction, row.id);",
    test: {
      file: "apps/server/test/identity/first-administrator.test.ts",
      title: "AUTH-1: of fifty people who use the setup code at once",
    },
  },
  {
    id: "AUTH-2",
    file: "packages/identity/src/principal/credential-store.ts",
    fix: 'throw new DomainError("database_unavailable", undefined, { cause });',
    becomes: "return undefined as T;",
    test: { file: authenticator, title: "[AUTH-2] [DB-1] without the database" },
  },
  {
    id: "SES-1",
    file: "packages/identity/src/principal/credential-authenticator.ts",
    fix: 'if (user === undefined || principal?.status !== "active") throw unauthenticated();',
    becomes: "if (user === undefined || principal === undefined) throw unauthenticated();",
    test: { file: authenticator, title: "SES-1: a change of the account holds from the next request on" },
  },
  {
    id: "SES-2",
    file: "packages/core/src/identity/change-user.ts",
    fix: "if (before !== undefined && endsSessions(before, user)) await users.endSessions(id, except);",
    becomes: "",
    test: {
      file: "apps/server/test/procedures/accounts.test.ts",
      title: "SES-2: who could do more or less than before signs in anew",
    },
  },
  {
    id: "SES-4",
    file: "packages/identity/src/principal/credential-watch.ts",
    fix: 'if (principal?.status !== "active" || isWeaker) this.#end(watched);',
    becomes: "this.#end(watched);",
    test: {
      file: "apps/server/test/access.test.ts",
      title:
        "[SES-4] counts from its acknowledgement on, for every request, and lets a running answer finish",
    },
  },
  {
    id: "KEY-1",
    file: "apps/server/src/authenticate.ts",
    fix: "authorization: request.headers.authorization,",
    becomes:
      'authorization: request.headers.authorization ?? (request.headers["x-api-key"] && `Bearer ${String(request.headers["x-api-key"])}`),',
    test: {
      file: "apps/server/test/security/rights.test.ts",
      title: "[KEY-1] is restricted however its header is written",
    },
  },
  {
    id: "KEY-2",
    file: "apps/server/src/app.ts",
    fix: "routerOptions: { maxParamLength: 8_192 },",
    becomes: "routerOptions: { maxParamLength: 8_192, caseSensitive: false },",
    test: {
      file: "apps/server/test/bad-requests.test.ts",
      title: "[KEY-2] [LIB-4] is a 404 in JSON: ",
      which: "/V1/models",
    },
  },
  {
    id: "KEY-3",
    file: "packages/core/src/identity/key-service.ts",
    fix: "if (refused.length > 0) {",
    becomes: "if (false) {",
    test: {
      file: "apps/server/test/procedures/keys.test.ts",
      title: "[KEY-3] has at most its owner's rights",
    },
  },
  {
    id: "KEY-4",
    file: "packages/core/src/connection/connection-secrets.ts",
    fix: 'if (keepsAnyOfEndpoint && from.endpoint !== to.endpoint) throw new DomainError("key_bound_to_origin");',
    becomes: "",
    test: {
      file: "apps/server/test/procedures/connections.test.ts",
      title: "[KEY-4] a stored key never goes to another origin",
    },
  },
  {
    id: "KEY-5",
    file: "packages/identity/src/principal/credential-store.ts",
    fix: '.where("revokedAt", "is", null)',
    becomes: "",
    test: {
      file: "apps/server/test/identity/keys.test.ts",
      title: "KEY-5: expired, revoked, mistyped, altered and foreign keys",
    },
  },
  {
    id: "KEY-6",
    file: "packages/identity/src/principal/credential-cache.ts",
    fix: "if (drops === this.#drops) this.#remember(hash, alive);",
    becomes: "this.#remember(hash, alive);",
    test: {
      file: "packages/identity/src/principal/credential-cache.test.ts",
      title: "KEY-6: a revocation",
    },
  },
  {
    id: "RATE-1",
    file: "packages/identity/src/sign-in/failure-limiter.ts",
    fix: "if (failures.length < this.#perMinute) {",
    becomes: "if (failures.length < Infinity) {",
    test: { file: "apps/server/test/identity/sign-in.test.ts", title: "RATE-1: guessing" },
  },
  {
    id: "MASS-1",
    file: "packages/core/src/model/model-input.ts",
    fix: "export const createModelSchema = z.strictObject({",
    becomes: "export const createModelSchema = z.object({",
    test: {
      file: "apps/server/test/bad-input.test.ts",
      title: "[MASS-1] a field that only the server sets",
    },
  },
  {
    id: "MASS-2",
    file: "packages/core/src/model/custom-params.ts",
    fix: "if ((reservedParams as readonly string[]).includes(key)) {",
    becomes: "if (false) {",
    test: {
      file: "apps/server/test/security/stored-content.test.ts",
      title: "[MASS-2] a provider-specific param cannot be ",
    },
  },
];

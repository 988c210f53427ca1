import type { Mutant } from "../mutant.ts";

const badRequests = "apps/server/test/bad-requests.test.ts";
const stored = "apps/server/test/security/stored-content.test.ts";
const fresh = "apps/server/test/security/fresh-install.test.ts";
const rules = "tooling/consistency/src/security-rules.test.ts";
const libraries = "[CFG-4] [LIB-1] [LIB-2] [LIB-3] [LIB-4]";

/** What comes in, what is set, and what is installed. */
export const inputMutants: readonly Mutant[] = [
  {
    id: "BATCH-1",
    file: "apps/server/src/http/trpc-routes.ts",
    fix: "      maxBatchSize,\n",
    becomes: "",
    test: { file: badRequests, title: "[BATCH-1] of eleven is refused whole" },
  },
  {
    id: "BODY-1",
    file: "apps/server/src/http/openai/openai-routes.ts",
    fix: "app.removeAllContentTypeParsers();",
    becomes: "",
    test: { file: badRequests, title: "[BODY-1] [CSRF-1] a body of type " },
  },
  {
    id: "BODY-2",
    file: "apps/server/src/http/json-shape.ts",
    fix: String.raw`return text.isWellFormed() && !text.includes("\u0000");`,
    becomes: "return text.length >= 0;",
    test: { file: stored, title: "[BODY-2] is refused at the door: " },
  },
  {
    id: "DB-1",
    file: "packages/identity/src/principal/credential-authenticator.ts",
    fix: "const kind = kindOf(text);",
    becomes: 'const kind = kindOf(text) ?? "session";',
    test: {
      file: "apps/server/test/identity/authenticator.test.ts",
      title: "[AUTH-2] [DB-1] without the database",
    },
  },
  {
    id: "DB-2",
    file: "packages/db/src/repositories/user-repository.ts",
    fix: String.raw`return text.replaceAll(/[\\%_]/gu, String.raw` + "`\\$&`);",
    becomes: "return text;",
    test: {
      file: "packages/db/src/users.test.ts",
      title: "[DB-2] finds people by a part of their name or address",
    },
  },
  {
    id: "POLL-1",
    file: "apps/server/src/http/json-shape.ts",
    fix: '{ protoAction: "error", constructorAction: "error" }',
    becomes: '{ protoAction: "ignore", constructorAction: "ignore" }',
    test: { file: stored, title: "[POLL-1] [LIB-3] reaches a prototype" },
  },
  {
    id: "REDOS-1",
    file: "apps/server/src/http/request-guards.ts",
    fix: String.raw`/:\d+$/u`,
    becomes: String.raw`/:+\d+$/u`,
    test: { file: rules, title: "[REDOS-1] takes less than 100 ms of CPU for 20,000 hostile characters" },
  },
  {
    id: "TPL-1",
    file: "packages/core/src/chat/prompt-variables.ts",
    fix: "return text.replace(pattern, (_, name: string) => valueOf(name, variables));",
    becomes:
      "const fill = (_: string, name: string) => valueOf(name, variables); return text.replace(pattern, fill).replace(pattern, fill);",
    test: {
      file: "packages/core/src/chat/resolve-chat-request.test.ts",
      title: "[TPL-1] has its variables filled in, literally and once",
    },
  },
  {
    id: "CFG-1",
    file: "apps/server/src/env.ts",
    fix: 'text(reader, "CORRAL_HOST") ?? "127.0.0.1"',
    becomes: 'text(reader, "CORRAL_HOST") ?? "0.0.0.0"',
    test: { file: fresh, title: "[CFG-1] listens on this machine alone" },
  },
  {
    id: "CFG-2",
    file: "packages/api/src/routers/connections/verify-connection.ts",
    fix: "z.strictObject({ draft",
    becomes: "z.object({ draft",
    test: { file: fresh, title: "[CFG-2] takes no " },
  },
  {
    id: "CFG-3",
    file: "apps/server/src/root-key.ts",
    fix: "return new Set(key).size < 8;",
    becomes: "return new Set(key).size === 0;",
    test: { file: "apps/server/test/start.test.ts", title: "[CFG-3] a secret key", which: "is refused" },
  },
  {
    id: "CFG-4",
    file: "apps/server/src/find-node-problem.ts",
    fix: "[24, 14, 1]",
    becomes: "[20, 0, 0]",
    test: { file: "apps/server/src/find-node-problem.test.ts", title: "[CFG-4] refuses Node " },
  },
  {
    id: "DEP-1",
    file: "pnpm-workspace.yaml",
    fix: "minimumReleaseAge: 4320",
    becomes: "minimumReleaseAge: 0",
    test: { file: "tooling/consistency/src/supply-chain.test.ts", title: "[DEP-1] what is installed" },
  },
  {
    id: "DEP-2",
    file: "packages/provider-kit/src/outbound/assert-outbound-url.ts",
    fix: "assertOutboundHost(parsed.hostname, isAllowed);",
    becomes: 'assertOutboundHost(/\\/\\/([^/:]*)/u.exec(url)?.[1] ?? "", isAllowed);',
    test: {
      file: "packages/provider-kit/src/outbound/assert-outbound-url.test.ts",
      title: "[SSRF-1] [DEP-2] [vector 24] addresses of connections",
      which: "refuses http://0xa9fea9fe/",
    },
  },
  {
    id: "LIB-1",
    file: "apps/server/src/app.ts",
    fix: "trustProxy: env.trustProxy.length === 0 ? false : [...env.trustProxy],",
    becomes: "trustProxy: true,",
    test: { file: fresh, title: "[LIB-1] of nobody we trust change neither host" },
  },
  {
    id: "LIB-2",
    file: "pnpm-workspace.yaml",
    fix: "  '@fastify/static': ",
    becomes: "  '@fastify/static': 9.1.0\n  '@fastify/static-now': ",
    test: { file: rules, title: libraries, which: "@fastify/static" },
  },
  {
    id: "LIB-3",
    file: "apps/server/src/http/trpc-routes.ts",
    fix: 'if (body !== "") assertStorable(body, parseJsonBody(body, limits.messageDepth));',
    becomes: "",
    test: { file: stored, title: "[POLL-1] [LIB-3] reaches a prototype" },
  },
  {
    id: "LIB-4",
    file: "apps/server/src/app.ts",
    fix: 'await app.register(ssoRoutes(container), { prefix: "/auth/sso" });',
    becomes:
      'await app.register(ssoRoutes(container), { prefix: "/auth/sso" }); app.all("/api/auth/*", async () => ({}));',
    test: { file: badRequests, title: "[KEY-2] [LIB-4] is a 404 in JSON: ", which: "POST /api/auth" },
  },
  {
    id: "LIB-5",
    file: "packages/db/src/rotate-secrets.ts",
    fix: "sql`select pg_advisory_xact_lock(${sealingLock})`",
    becomes: "sql.raw(`select pg_advisory_xact_lock(${sealingLock})`)",
    test: { file: rules, title: "[LIB-5] is never given a text as SQL" },
  },
  {
    id: "LIB-6",
    file: "packages/core/src/model/custom-params.ts",
    fix: ".superRefine((params, context) => {",
    becomes: ".superRefine(async (params, context) => {",
    test: { file: rules, title: "[LIB-6] asks nobody" },
  },
];

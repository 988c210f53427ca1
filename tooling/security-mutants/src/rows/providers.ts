import type { Mutant } from "../mutant.ts";

const outbound = "packages/provider-kit/src/outbound/assert-outbound-url.ts";
const outboundTest = "packages/provider-kit/src/outbound/assert-outbound-url.test.ts";
const undici = "packages/provider-kit/src/undici/undici-transport.test.ts";
const smuggling = "apps/server/test/security/smuggling.test.ts";

/** What goes to providers and comes from them. */
export const providerMutants: readonly Mutant[] = [
  {
    id: "SSRF-1",
    file: outbound,
    fix: "assertOutboundHost(parsed.hostname, isAllowed);",
    becomes: "",
    test: { file: outboundTest, title: "[SSRF-1] [DEP-2] [vector 24] addresses of connections" },
  },
  {
    id: "SSRF-2",
    file: "packages/provider-kit/src/undici/undici-transport.ts",
    fix: "const allowed = addresses.filter(({ address }) => isAllowed(address));",
    becomes: "const allowed = addresses;",
    test: { file: undici, title: "[SSRF-2] [vector 24] resolves a name and refuses what the policy" },
  },
  {
    id: "GW-1",
    file: "apps/server/src/http/openai/openai-routes.ts",
    fix: "url: `${prefix}${route.path}` });",
    becomes: 'url: `${prefix}${route.path}${route.method === "POST" ? "*" : ""}` });',
    test: { file: smuggling, title: "[GW-1] %s %s is no route, and reaches no provider", which: "" },
  },
  {
    id: "GW-2",
    file: "packages/provider-openai/src/azure-address.ts",
    fix: "if (isDeploymentName(name)) return encodeURIComponent(name);",
    becomes: "return name;",
    test: { file: "packages/provider-openai/src/azure-client.test.ts", title: "[GW-2]" },
  },
  {
    id: "GW-3",
    file: "apps/server/src/http/openai/encode-stream.ts",
    fix: "events += template.render(texts);",
    becomes: 'events += template.render(texts).replaceAll("\\\\n", "\\n").replaceAll("\\\\r", "\\r");',
    test: { file: smuggling, title: "[GW-3] a text that looks like an event stays a text", says: "in JSON" },
  },
  {
    id: "GW-4",
    file: "packages/provider-kit/src/transport/upstream-endpoint.ts",
    fix: "const headers = { ...this.#headers, ...authorization, ...(accept !== undefined && { accept }) };",
    becomes:
      'const key = body instanceof UploadBody ? undefined : body?.["api_key"]; const headers = { ...this.#headers, ...authorization, ...(accept !== undefined && { accept }), ...(typeof key === "string" && { authorization: `Bearer ${key}` }) };',
    test: { file: smuggling, title: "[GW-4] [AC-08] changes neither address, headers nor key of a call of " },
  },
  {
    id: "GW-5",
    file: "apps/server/src/http/openai/openai-routes.ts",
    fix: "assertPolicy(actor, route.policy);",
    becomes: 'if (route.path !== "/embeddings") assertPolicy(actor, route.policy);',
    test: {
      file: "apps/server/test/matrix/matrix.test.ts",
      title: "[AC-05] [GW-5] everybody is told what the table says of",
      which: "POST /v1/embeddings",
    },
  },
  {
    id: "GW-6",
    file: "packages/core/src/limits.ts",
    fix: "choiceCount: 8,",
    becomes: "choiceCount: 80,",
    test: { file: smuggling, title: "[GW-6] asks for %s, and is refused", which: "" },
  },
  {
    id: "OLL-1",
    file: "packages/api/src/assert-policy.ts",
    fix: 'if (auth === "administrator" && actor.principal.role !== "admin") {',
    becomes: "if (false) {",
    also: {
      file: "packages/core/src/identity/user-service.ts",
      fix: 'if (role === "admin" && status === "active") return;',
      becomes: 'if (role !== "pending" && status === "active") return;',
    },
    test: { file: "apps/server/test/bad-operations.test.ts", title: "[OLL-1] a member is refused" },
  },
  {
    id: "OLL-2",
    file: "packages/provider-ollama/src/ollama-version.ts",
    fix: "if (version === undefined || safe === undefined || isDevelopment(version)) return [];",
    becomes: "if (version === undefined || safe !== undefined || isDevelopment(version)) return [];",
    test: {
      file: "packages/provider-ollama/src/ollama-version.test.ts",
      title: "[OLL-2] a server that a crafted model file can attack",
    },
  },
  {
    id: "OLL-3",
    file: "packages/provider-ollama/src/ollama-name.ts",
    fix: "if (sameText(host, defaultHost) || allowedHosts.some((allowed) => sameText(allowed, host))) return;",
    becomes: "if (sameText(host, defaultHost) || allowedHosts.length > 0) return;",
    test: {
      file: "packages/provider-ollama/src/ollama-name.test.ts",
      title: "[OLL-3] the registry's host",
    },
  },
  {
    id: "PATH-1",
    file: "packages/api/src/routers/ollama/create-ollama-model.ts",
    fix: "  quantize: z.string().max(32).optional(),\n",
    becomes:
      "  quantize: z.string().max(32).optional(),\n  files: z.record(z.string(), z.string()).optional(),\n",
    test: {
      file: "apps/server/test/bad-operations.test.ts",
      title: "[OLL-2] [PATH-1] files of the server",
    },
  },
  {
    id: "PRV-11",
    file: "packages/provider-kit/src/transport/upstream-endpoint.ts",
    fix: 'return encoding !== undefined && encoding !== "identity";',
    becomes: "return encoding === null;",
    test: { file: undici, title: "[PRV-11] refuses an answer that is compressed although nobody asked" },
  },
];

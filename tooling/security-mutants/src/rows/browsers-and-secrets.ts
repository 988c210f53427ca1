import type { Mutant } from "../mutant.ts";

const badRequests = "apps/server/test/bad-requests.test.ts";
const stored = "apps/server/test/security/stored-content.test.ts";
const pictures = "packages/core/src/model/profile-image.ts";

/** What browsers are told, and what is kept from everybody. */
export const browserMutants: readonly Mutant[] = [
  {
    id: "CSRF-1",
    file: "apps/server/src/http/trpc-routes.ts",
    fix: "assertSameOrigin(request, container.servedAt());",
    becomes: "",
    test: { file: badRequests, title: "[CSRF-1] of another site (" },
  },
  {
    id: "CSRF-2",
    file: "apps/server/src/app.ts",
    fix: "assertOwnHost(request, container.servedAt());",
    becomes: "",
    test: { file: badRequests, title: "[CSRF-2] [KEY-2] another host's name is a 421" },
  },
  {
    id: "HDR-1",
    file: "apps/server/src/app.ts",
    fix: "reply.headers(secure);",
    becomes: "",
    test: {
      file: "apps/server/test/security-headers.test.ts",
      title: "[HDR-1] every answer, also an error, carries the headers",
    },
  },
  {
    id: "XSS-1",
    file: pictures,
    fix: "is !== undefined && magic[is](atob(base64.slice(0, 32)))",
    becomes: "is !== undefined",
    test: { file: stored, title: "[XSS-1] [XSS-2] stores no picture that could run or call" },
  },
  {
    id: "XSS-2",
    file: pictures,
    fix: "if (storedImage.test(url)) return undefined;",
    becomes: 'if (storedImage.test(url) || url.startsWith("/")) return undefined;',
    test: { file: stored, title: "[XSS-1] [XSS-2] stores no picture that could run or call" },
  },
  {
    id: "XSS-3",
    file: "apps/server/src/http/rest/models/model-image-route.ts",
    fix: "return sendTile(exchange, drawTile({",
    becomes:
      'const { definition } = await container.services.models.get(actor, entry.id); const url = definition?.meta["profile_image_url"]; if (typeof url === "string") return reply.redirect(url); return sendTile(exchange, drawTile({',
    test: {
      file: "apps/server/test/model-images.test.ts",
      title: "[XSS-3] is a tile where there is none",
    },
  },
  {
    id: "XSS-4",
    file: "apps/dashboard/src/features/catalog/use-model-columns.tsx",
    fix: "          {row.name}\n",
    becomes: "          <span dangerouslySetInnerHTML={{ __html: row.name }} />\n",
    test: {
      file: "apps/server/test/dashboard/behavior.test.ts",
      title: "[XSS-4] shows stored texts as text",
    },
  },
  {
    id: "SEC-1",
    file: "packages/db/src/secret-box.ts",
    fix: "fingerprint: (text) => shortHmac(fingerprintKey, text),",
    becomes: "fingerprint: (text) => (fingerprintKey.length > 0 ? text : text),",
    test: {
      file: "apps/server/test/canaries.test.ts",
      title: "[SEC-1] [LOG-1] no answer, line or row holds a secret",
    },
  },
  {
    id: "SEC-2",
    file: "packages/core/src/connection/connection-service.ts",
    fix: 'if (!hasPermission(actor.principal, "connections.read", actor.permissions)) {',
    becomes: "if (false) {",
    test: {
      file: "apps/server/test/access.test.ts",
      title: "[AC-09] [SEC-2] learns of a model what it is called and can do",
    },
  },
  {
    id: "SEC-3",
    file: "packages/db/src/secret-box.ts",
    fix: "`${place.table}:${place.id}:${place.column}:${keyId}`",
    becomes: "keyId",
    test: {
      file: "packages/db/src/secret-box.test.ts",
      title: "[SEC-3] does not open a text that was moved to ",
    },
  },
  {
    id: "SEC-4",
    file: "apps/server/src/cli/commands/rotate-keys.ts",
    fix: "if (isNew) await replaceKeyFile(env, [keys[0], found[0]]);",
    becomes: "",
    test: {
      file: "apps/server/test/rotate-keys.test.ts",
      title: "[SEC-4] killed ten times in the midst of it",
      says: "sealed with key",
    },
  },
  {
    id: "SEC-5",
    file: "packages/core/src/connection/connection-secrets.ts",
    fix: "if (typed === undefined) return held;",
    becomes: "if (typed === undefined) return null;",
    test: {
      file: "apps/server/test/secret-references.test.ts",
      title: "[SEC-5] a form that is sent back",
    },
  },
  {
    id: "LOG-1",
    file: "apps/server/src/create-logger.ts",
    fix: "hooks: { streamWrite: redactText },",
    becomes: "",
    test: { file: "apps/server/test/redaction.test.ts", title: "[LOG-1] a log line has no credential" },
  },
];

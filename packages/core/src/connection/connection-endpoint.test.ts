import { expect, test } from "vitest";
import { Secret } from "../secret.ts";
import { createConnectionSchema, updateConnectionSchema } from "./connection.ts";
import type { ConnectionAdapter } from "./connection-adapter.ts";
import { parseEndpoint, type ConnectionEndpoint } from "./connection-endpoint.ts";
import { nextSecrets, newSecrets, noSecrets } from "./connection-secrets.ts";

const guid = "9b8f5c1a-0000-4000-8000-000000000001";
const url = "https://acme.openai.azure.com";
const credential = { kind: "client-secret", tenantId: "contoso.com", clientId: guid } as const;
const discovery = { subscriptionId: guid, resourceGroup: "rg", account: "acme" } as const;

function issuesOf(input: object): string[] {
  const parsed = createConnectionSchema.safeParse({ name: "A", url, ...input });
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

function azure(parts: object = {}, authType = "entra"): ConnectionEndpoint {
  return parseEndpoint({ provider: "azure-openai", authType, azure: { entra: { credential }, ...parts } });
}

test("knows for each kind of provider how one may sign in, and says so", () => {
  expect(issuesOf({ provider: "ollama", authType: "api-key" })).toEqual([
    "authType: must be none, bearer or headers for this provider",
  ]);
  expect(issuesOf({ provider: "openai", authType: "entra" })).toEqual([
    "authType: must be none, bearer or headers for this provider",
  ]);
  expect(issuesOf({ provider: "openai", azure: {} })).toEqual(["azure: belongs to Azure OpenAI alone"]);
  expect(issuesOf({ provider: "azure-openai", authType: "none" })).toEqual([
    "authType: must be api-key, entra, bearer, headers for Azure OpenAI",
  ]);
  expect(issuesOf({ provider: "azure-openai", authType: "entra" })).toEqual([
    "azure: is required to sign in by Entra ID",
  ]);
  expect(issuesOf({ provider: "azure-openai", authType: "entra", azure: { entra: null } })).toEqual([
    "azure.entra: is required to sign in by Entra ID",
  ]);
  expect(issuesOf({ provider: "azure-openai", authType: "api-key", key: "k" })).toEqual([]);
});

test("refuses settings that would send a secret in the clear, or to a path", () => {
  const entra = { credential: { ...credential, authorityHost: "http://login.example.com" } };
  const discovered = { credential, discovery: { ...discovery, managementUrl: "https://arm.example.com/x" } };

  expect(issuesOf({ provider: "azure-openai", authType: "entra", azure: { entra } })).toEqual([
    "azure.entra.credential.authorityHost: must be an https address",
  ]);
  expect(issuesOf({ provider: "azure-openai", authType: "api-key", azure: { entra: discovered } })).toEqual([
    "azure.entra.discovery.managementUrl: must be a host alone, without a path",
  ]);
});

test.each(["../../admin/x", "a?b", "%2e%2e%2f", "a b", "", "-a", "x".repeat(65)])(
  "refuses the deployment name %j",
  (name) => {
    expect(
      issuesOf({ provider: "azure-openai", authType: "api-key", azure: { deployments: [{ name }] } }),
    ).toEqual([
      "azure.deployments.0.name: must be letters, digits, dots, hyphens or underscores, at most 64",
    ]);
  },
);

test("names the deployment that is listed twice", () => {
  const deployments = [{ name: "chat" }, { name: "Chat" }];

  expect(issuesOf({ provider: "azure-openai", authType: "api-key", azure: { deployments } })).toEqual([
    "azure.deployments.1.name: is listed twice",
  ]);
});

test("takes a patch as it comes, and judges it with what is stored", () => {
  const patch = updateConnectionSchema.parse({ uid: guid, revision: 1, authType: "entra" });

  expect(() => azure({ entra: null }, patch.authType)).toThrow(
    expect.objectContaining({
      code: "invalid_input",
      details: {
        issues: [{ path: ["azure", "entra"], message: "is required to sign in by Entra ID" }],
      },
    }),
  );
});

/** Nothing but what is found out. */
const adapter: ConnectionAdapter = {};

test("asks for the secret that the sign-in needs", () => {
  expect(() => newSecrets({ url, endpoint: azure({}, "api-key"), adapter }, {})).toThrow(
    expect.objectContaining({
      details: {
        issues: [
          { path: ["key"], message: "is required" },
          { path: ["clientSecret"], message: "is required" },
        ],
      },
    }),
  );
  const managed = azure({ entra: { credential: { kind: "managed-identity" } } });
  expect(newSecrets({ url, endpoint: managed, adapter }, {})).toEqual(noSecrets);
});

const held = { key: null, clientSecret: new Secret("s"), headers: {} };

test.each<[string, string, ConnectionEndpoint]>([
  ["another endpoint", "https://evil.example", azure()],
  [
    "another authority",
    url,
    azure({ entra: { credential: { ...credential, authorityHost: "https://evil.example" } } }),
  ],
  [
    "another place to list deployments",
    url,
    azure({ entra: { credential, discovery: { ...discovery, managementUrl: "https://evil.example" } } }),
  ],
])("gives a stored client secret to %s only when it is typed again", (_, moved, endpoint) => {
  const stored = { url, endpoint: azure(), adapter, held };

  expect(() => nextSecrets(stored, { url: moved, endpoint, adapter }, {})).toThrow(
    expect.objectContaining({ code: "key_bound_to_origin" }),
  );
  expect(
    nextSecrets(stored, { url: moved, endpoint, adapter }, { clientSecret: "new" }).clientSecret?.reveal(),
  ).toBe("new");
});

test("keeps a stored client secret where everything stays, and forgets it when nothing uses it", () => {
  const stored = { url, endpoint: azure(), adapter, held };
  const discovered = azure({ entra: { credential, discovery } });
  const keyed = azure({ entra: null }, "api-key");

  expect(nextSecrets(stored, { url, endpoint: discovered, adapter }, {}).clientSecret).toBe(
    held.clientSecret,
  );
  expect(nextSecrets(stored, { url, endpoint: keyed, adapter }, { key: "k" }).clientSecret).toBeNull();
});

test("gives a stored header to no other endpoint, also when the key is typed again", () => {
  const endpoint = parseEndpoint({ provider: "openai", authType: "bearer", azure: null });
  const stored = {
    url,
    endpoint,
    adapter,
    held: { ...noSecrets, headers: { "x-team": new Secret("blue") } },
  };
  const next = { url: "https://evil.example", endpoint, adapter };

  expect(() => nextSecrets(stored, next, { key: "new" })).toThrow(
    expect.objectContaining({ code: "key_bound_to_origin" }),
  );
  expect(nextSecrets(stored, next, { key: "new", headers: { "x-team": null } }).headers).toEqual({});
});

const proxy = "http://proxy.example:3128";

test.each<[string, ConnectionAdapter]>([
  ["through another proxy", { proxy: "http://evil.example:3128" }],
  ["without the proxy", {}],
  [
    "to whom another authority vouches for",
    { proxy, ca: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
  ],
  ["to a server of another name", { proxy, servername: "evil.example" }],
])("gives a stored secret %s only when it is typed again", (_, changed) => {
  const endpoint = parseEndpoint({ provider: "openai", authType: "bearer", azure: null });
  const stored = { url, endpoint, adapter: { proxy }, held: { ...noSecrets, key: new Secret("stored") } };
  const next = { url, endpoint, adapter: changed };

  expect(() => nextSecrets(stored, next, {})).toThrow(
    expect.objectContaining({ code: "key_bound_to_origin" }),
  );
  expect(nextSecrets(stored, next, { key: "typed" }).key?.reveal()).toBe("typed");
  expect(nextSecrets(stored, { ...next, adapter: { proxy, server: "vllm" } }, {}).key?.reveal()).toBe(
    "stored",
  );
});

test("a proxy's credential goes with the proxy", () => {
  const endpoint = parseEndpoint({ provider: "ollama", authType: "none", azure: null });
  const headers = { "Proxy-Authorization": new Secret("Basic eDp5") };
  const stored = { url, endpoint, adapter: { proxy }, held: { ...noSecrets, headers } };

  expect(nextSecrets(stored, { url, endpoint, adapter }, {}).headers).toEqual({});
  expect(() =>
    newSecrets({ url, endpoint, adapter }, { headers: { "proxy-authorization": "Basic eDp5" } }),
  ).toThrow(expect.objectContaining({ code: "invalid_input" }));
});

import { createConnectionSchema, updateConnectionSchema } from "@corral/core";
import { expect, it } from "vitest";

import {
  type Connection,
  emptyConnection,
  fromConnection,
  toCreateInput,
  toUpdateInput,
} from "./connection-draft.ts";

const stored: Connection = {
  uid: "01890a5d-ac96-774b-bcce-b302099a8057",
  slug: "lab",
  name: "Lab",
  provider: "openai",
  url: "https://api.example.com/v1",
  authType: "bearer",
  azure: null,
  keyFingerprint: "3f9a",
  keySetAt: "2026-11-01T00:00:00.000Z",
  clientSecretFingerprint: null,
  clientSecretSetAt: null,
  secretReferences: {},
  headerNames: ["x-org", "x-team"],
  enabled: true,
  prefix: "lab",
  tags: ["eu", "prod"],
  connectionType: "external",
  models: { mode: "only", ids: ["a", "b"] },
  defaultVisibility: { kind: "public" },
  params: {},
  timeouts: {},
  adapter: {},
  concurrency: null,
  position: 0,
  revision: 7,
  createdAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
  health: null,
};

it("names a new connection after its host when the field was left empty", () => {
  const input = createConnectionSchema.parse(toCreateInput(emptyConnection()));

  expect(input).toMatchObject({ name: "127.0.0.1:11434", url: "http://127.0.0.1:11434", authType: "none" });
});

it("changes nothing, secrets included, when nothing was touched", () => {
  const input = updateConnectionSchema.parse(toUpdateInput(fromConnection(stored), stored));

  expect(input).toStrictEqual({
    uid: stored.uid,
    revision: 7,
    name: "Lab",
    url: stored.url,
    authType: "bearer",
    enabled: true,
    prefix: "lab",
    tags: ["eu", "prod"],
    models: { mode: "only", ids: ["a", "b"] },
    defaultVisibility: { kind: "public" },
  });
});

it("removes the key when sign-in is turned off, and a header that was taken away", () => {
  const draft = fromConnection(stored);
  const input = toUpdateInput(
    { ...draft, authType: "none", headers: draft.headers.filter(({ name }) => name !== "x-org") },
    stored,
  );

  expect(input).toMatchObject({ key: null, headers: { "x-org": null } });
});

it("sends only the secrets that were replaced", () => {
  const draft = fromConnection(stored);
  const headers = draft.headers.map((header) =>
    header.name === "x-team" ? { ...header, value: "new" } : header,
  );

  expect(toUpdateInput({ ...draft, key: "sk-new", headers }, stored)).toMatchObject({
    key: "sk-new",
    headers: { "x-team": "new" },
  });
});

const azure: Connection = {
  ...stored,
  provider: "azure-openai",
  url: "https://acme.openai.azure.com",
  authType: "entra",
  headerNames: [],
  keyFingerprint: null,
  clientSecretFingerprint: "3f9a",
  azure: {
    apiVersion: null,
    deployments: [{ name: "chat", model: "gpt-5" }],
    entra: {
      credential: {
        kind: "client-secret",
        tenantId: "contoso.com",
        clientId: stored.uid,
        authorityHost: "https://login.microsoftonline.us",
      },
      scope: "https://cognitiveservices.azure.us/.default",
      discovery: {
        subscriptionId: stored.uid,
        resourceGroup: "rg",
        account: "acme",
        managementUrl: "https://management.usgovcloudapi.net",
      },
    },
  },
};

it("gives back what Azure has as it was, and the client secret only when it was typed", () => {
  const draft = fromConnection(azure);
  const typed = { ...draft, azure: { ...draft.azure, clientSecret: "new" } };

  const untouched = updateConnectionSchema.parse(toUpdateInput(draft, azure));

  expect(untouched).toMatchObject({ authType: "entra", azure: azure.azure, key: null });
  expect(untouched).not.toHaveProperty("clientSecret");
  expect(toUpdateInput(typed, azure)).toMatchObject({ clientSecret: "new" });
});

it("asks Entra ID for nothing where a key does all", () => {
  const draft = fromConnection(azure);
  const byKey = {
    ...draft,
    authType: "api-key",
    key: "k",
    azure: { ...draft.azure, clientSecret: "typed" },
  } as const;

  const discovering = toUpdateInput(byKey, azure);
  const alone = toUpdateInput({ ...byKey, azure: { ...byKey.azure, isDiscovered: false } }, azure);

  expect(discovering).toMatchObject({ key: "k", azure: azure.azure, clientSecret: "typed" });
  expect(alone).toMatchObject({ key: "k", azure: { ...azure.azure, entra: null } });
  expect(alone).not.toHaveProperty("clientSecret");
});

import { readFile } from "node:fs/promises";
import { createConnectionSchema } from "@corral/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "./support/failure-of.ts";
import { signUpAdministrator, type Person } from "./support/people.ts";
import { type AzureResource, startAzureResource } from "./support/start-azure-resource.ts";
import { entraApp, startEntraAuthority, type EntraAuthority } from "./support/start-entra-authority.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";

const apiKey = "azure-canary-key-0123456789abcdef";
const guid = "9b8f5c1a-0000-4000-8000-0000000000aa";

const resources = new AsyncDisposableStack();
let azure: AzureResource;
let authority: EntraAuthority;
let server: TestServer;
let ada: Person;
let key: string;

beforeAll(async () => {
  azure = resources.use(await startAzureResource(["chat-eu", "by-token", "listed"]));
  authority = resources.use(await startEntraAuthority());
  server = resources.use(await startTestServer());
  ada = await signUpAdministrator(server);
  ({ key } = await ada.trpc.keys.create.mutate());
});
afterAll(() => resources.disposeAsync());

function anEntra(change: object = {}) {
  const { tenantId, clientId } = entraApp;
  const credential = { kind: "client-secret", tenantId, clientId, authorityHost: authority.url } as const;
  return { credential, ...change };
}

async function connect(more: object) {
  const made = await ada.trpc.connections.create.mutate({
    provider: "azure-openai",
    name: "Azure",
    url: azure.url,
    authType: "api-key",
    ...more,
  });
  await ada.trpc.connections.refresh.mutate({ uid: made.uid });
  azure.asked.length = 0;
  return made;
}

async function chat(model: string, more: object = {}) {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hello" }], ...more }),
  });
  return { status: response.status, text: await response.text() };
}

describe("Azure OpenAI", () => {
  test("by key: deployments are models, and are called at their own path with their api-version", async () => {
    azure.letsIn = (shown) => shown === apiKey;
    const deployments = [{ name: "chat-eu", model: "gpt-4o" }];
    const made = await connect({ key: apiKey, azure: { apiVersion: "2024-10-21", deployments } });

    const { rows } = await ada.trpc.models.list.query({ provider: ["azure-openai"] });
    const whole = await chat("chat-eu");
    const streamed = await chat("chat-eu", { stream: true });

    expect(rows.map(({ id, provider }) => [id, provider])).toEqual([["chat-eu", "azure-openai"]]);
    expect([whole.status, streamed.status]).toEqual([200, 200]);
    expect(JSON.parse(whole.text)).toMatchObject({
      model: "chat-eu",
      choices: [{ message: { content: "Hello, Azure" }, finish_reason: "stop" }],
    });
    expect(streamed.text).toMatch(/Hel.*lo, .*Azure.*"finish_reason":"stop".*data: \[DONE\]/su);
    expect(azure.asked.map(({ url }) => url)).toEqual(
      Array.from({ length: 2 }, () => "/openai/deployments/chat-eu/chat/completions?api-version=2024-10-21"),
    );
    expect(azure.asked[0]?.headers).toMatchObject({ "api-key": apiKey });
    expect(azure.asked[0]?.headers.authorization).toBeUndefined();
    expect(made).toMatchObject({ azure: { apiVersion: "2024-10-21", deployments, entra: null } });
    await ada.trpc.connections.delete.mutate({ uid: made.uid });
  });

  test("by Entra ID: one token for many calls, another one when it is refused", async () => {
    azure.letsIn = (shown) => authority.given.includes(shown);
    const deployments = [{ name: "by-token" }];
    const made = await connect({
      authType: "entra",
      clientSecret: entraApp.clientSecret,
      azure: { deployments, entra: anEntra() },
    });
    const first = await Promise.all([1, 2, 3].map(() => chat("by-token")));
    const givenBefore = authority.given.length;
    const revoked = authority.given.at(-1);
    azure.letsIn = (shown) => authority.given.includes(shown) && shown !== revoked;

    const afterRevocation = await Promise.all([1, 2, 3].map(() => chat("by-token", { stream: true })));

    expect(first.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(azure.asked.at(-1)?.url).toBe("/openai/v1/chat/completions");
    for (const { text } of afterRevocation) expect(text).toContain("data: [DONE]");
    expect([givenBefore, authority.given.length]).toEqual([1, 2]);
    await ada.trpc.connections.delete.mutate({ uid: made.uid });
  });

  test("lists deployments by Azure Resource Manager while calls go by key", async () => {
    azure.letsIn = (shown) => shown === apiKey;
    authority.deployments = [["listed", "gpt-5-mini"]];
    const discovery = {
      subscriptionId: guid,
      resourceGroup: "rg-1",
      account: "acme",
      managementUrl: authority.url,
    };
    const made = await connect({
      key: apiKey,
      clientSecret: entraApp.clientSecret,
      azure: { entra: anEntra({ discovery }) },
    });

    const { rows } = await ada.trpc.models.list.query({ provider: ["azure-openai"] });
    const answer = await chat("listed");

    expect(rows.map(({ id }) => id)).toEqual(["listed"]);
    expect(answer.status).toBe(200);
    expect(authority.asked.at(-1)?.get("scope")).toBe(`${authority.url}/.default`);
    await ada.trpc.connections.delete.mutate({ uid: made.uid });
  });

  test("says at the rung of the sign-in what Entra ID refuses", async () => {
    const deployments = [{ name: "by-token" }];
    const verify = (entra: ReturnType<typeof anEntra>, secret: { clientSecret?: string }) =>
      ada.trpc.connections.verify.mutate({
        draft: {
          provider: "azure-openai",
          url: azure.url,
          authType: "entra",
          azure: { deployments, entra },
          ...secret,
        },
      });
    const elsewhere = { credential: { ...anEntra().credential, authorityHost: "https://127.0.0.1:9" } };

    const wrong = await verify(anEntra(), { clientSecret: "cs-wrong-canary" });
    const nowhere = await verify(elsewhere, { clientSecret: "cs-wrong-canary" });
    const missing = await failureOf(verify(anEntra(), {}));

    expect(wrong.rungs.at(-1)).toMatchObject({
      name: "sign_in",
      errorCode: "upstream_unauthorized",
      message: expect.stringContaining("AADSTS7000215"),
    });
    expect(nowhere.rungs.at(-1)).toMatchObject({ ok: false, errorCode: "upstream_unavailable" });
    expect(missing).toMatchObject({ errorCode: "invalid_input" });
  });

  test("sends a stored client secret to no other authority, and an address that cannot be is refused at save", async () => {
    const made = await connect({
      authType: "entra",
      clientSecret: entraApp.clientSecret,
      azure: { deployments: [{ name: "by-token" }], entra: anEntra() },
    });
    const { uid, revision } = made;
    const elsewhere = { credential: { ...anEntra().credential, authorityHost: "https://login.example.com" } };
    const update = (change: object) => ada.trpc.connections.update.mutate({ uid, revision, ...change });

    const moved = await failureOf(update({ azure: { entra: elsewhere } }));
    const metadata = await failureOf(
      update({
        clientSecret: "typed",
        azure: {
          entra: { credential: { ...anEntra().credential, authorityHost: "https://169.254.169.254" } },
        },
      }),
    );
    const dated = await failureOf(
      update({ url: `${azure.url}/openai/v1`, azure: { apiVersion: "2024-10-21", entra: anEntra() } }),
    );

    expect([moved.errorCode, metadata.errorCode, dated.errorCode]).toEqual([
      "key_bound_to_origin",
      "outbound_denied",
      "invalid_input",
    ]);
    expect(made.clientSecretFingerprint).toMatch(/^[0-9a-f]{8}$/u);
    await ada.trpc.connections.delete.mutate({ uid });
  });

  test("shows no key, secret or token in what it answered or logged", async () => {
    azure.letsIn = (shown) => shown === apiKey;
    const deployments = [{ name: "chat-eu" }];
    const { uid } = await connect({ key: apiKey, azure: { deployments } });
    azure.letsIn = () => false;

    const answers = [await chat("chat-eu"), await chat("chat-eu", { stream: true })];
    const lists = await Promise.all([ada.trpc.connections.list.query(), ada.trpc.models.list.query({})]);
    await ada.trpc.connections.delete.mutate({ uid });

    expect(answers.map(({ status }) => status)).toEqual([502, 502]);
    expect(JSON.stringify([answers, lists])).not.toContain("canary");
    expect(server.logged()).not.toContain("canary");
  });
});

test("docs/azure.md shows a connection that is accepted", async () => {
  const page = await readFile(new URL("../../../docs/azure.md", import.meta.url), "utf8");
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/u.exec(page)?.[1] ?? "");

  expect(createConnectionSchema.parse(example)).toMatchObject({ authType: "entra" });
});

import { readFile } from "node:fs/promises";
import { createConnectionSchema } from "@corral/core";
import {
  createTlsIdentity,
  type SimulatedAzure,
  type SimulatedEntra,
  startSimulatedAzure,
} from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "./support/failure-of.ts";
import { signUpAdministrator, type Person } from "./support/people.ts";
import { clientSecret, startTrustedEntra } from "./support/start-trusted-entra.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";

const apiKey = "azure-canary-key-0123456789abcdef";
const tls = createTlsIdentity();
const reply = () => ({ text: ["Hel", "lo, ", "Azure"] });

const resources = new AsyncDisposableStack();
let entra: SimulatedEntra;
let azure: SimulatedAzure;
let server: TestServer;
let ada: Person;
let key: string;

beforeAll(async () => {
  entra = resources.use(await startTrustedEntra({ tls }));
  const { checkToken } = entra;
  azure = resources.use(await startSimulatedAzure({ apiKey, checkToken, filters: "async", reply }));
  server = resources.use(await startTestServer());
  ada = await signUpAdministrator(server);
  ({ key } = await ada.trpc.keys.replaceDefault.mutate());
});
afterAll(() => resources.disposeAsync());

function anEntra(change: object = {}) {
  const { tenantId, clientId, authorityHost } = entra;
  return { credential: { kind: "client-secret", tenantId, clientId, authorityHost, ...change } } as const;
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
  azure.journal.clear();
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

const chats = (more: object = {}) => Promise.all([1, 2, 3].map(() => chat("chat-prod", more)));

describe("Azure OpenAI", () => {
  test("by key: deployments are models, and are called at their own path with their api-version", async () => {
    const deployments = [{ name: "chat-prod", model: "gpt-4o" }];
    const made = await connect({ key: apiKey, azure: { apiVersion: "2024-10-21", deployments } });

    const { rows } = await ada.trpc.models.list.query({ provider: ["azure-openai"] });
    const whole = await chat("chat-prod");
    const streamed = await chat("chat-prod", { stream: true });

    expect(rows.map(({ id, provider }) => [id, provider])).toEqual([["chat-prod", "azure-openai"]]);
    expect([whole.status, streamed.status]).toEqual([200, 200]);
    expect(JSON.parse(whole.text)).toMatchObject({
      model: "chat-prod",
      choices: [{ message: { content: "Hello, Azure" }, finish_reason: "stop" }],
    });
    expect(streamed.text).toMatch(/Hel.*lo, .*Azure.*"finish_reason":"stop".*data: \[DONE\]/su);
    const asked = azure.journal.entries();
    expect(asked.map(({ url }) => url)).toEqual(
      Array.from(
        { length: 2 },
        () => "/openai/deployments/chat-prod/chat/completions?api-version=2024-10-21",
      ),
    );
    expect(asked[0]?.headers).toMatchObject({ "api-key": apiKey });
    expect(asked[0]?.headers.authorization).toBeUndefined();
    expect(made).toMatchObject({ azure: { apiVersion: "2024-10-21", deployments, entra: null } });
    await ada.trpc.connections.delete.mutate({ uid: made.uid });
  });

  test("[vector 56] by Entra ID: one token for many calls, another one when it is refused", async () => {
    const deployments = [{ name: "chat-prod" }];
    const { uid } = await connect({
      authType: "entra",
      clientSecret,
      azure: { deployments, entra: anEntra() },
    });

    const first = await chats();
    const askedBefore = entra.tokenRequests();
    entra.revokeTokens();
    const afterRevocation = await chats({ stream: true });

    expect(first.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(azure.journal.entries().at(-1)?.url).toBe("/openai/v1/chat/completions");
    for (const { text } of afterRevocation) expect(text).toContain("data: [DONE]");
    expect([askedBefore, entra.tokenRequests()]).toEqual([1, 2]);
    await ada.trpc.connections.delete.mutate({ uid });
  });

  test("lists deployments by Azure Resource Manager while calls go by key", async () => {
    await using secure = await startSimulatedAzure({ tls, apiKey, checkToken: entra.checkToken, reply });
    const discovery = { ...secure.resource, managementUrl: secure.url };
    const { uid } = await connect({
      url: secure.url,
      key: apiKey,
      clientSecret,
      azure: { entra: { ...anEntra(), discovery } },
    });

    const { rows } = await ada.trpc.models.list.query({ provider: ["azure-openai"] });
    const answer = await chat("chat-prod");

    expect(rows.map(({ id }) => id).toSorted()).toEqual(["chat-prod", "embed-prod", "thinker"]);
    expect(answer.status).toBe(200);
    expect(secure.journal.entries().at(-1)?.headers["api-key"]).toBe(apiKey);
    await ada.trpc.connections.delete.mutate({ uid });
  });

  test("says at the rung of the sign-in what Entra ID refuses", async () => {
    const deployments = [{ name: "chat-prod" }];
    const verify = (identity: ReturnType<typeof anEntra>, secret: { clientSecret?: string }) =>
      ada.trpc.connections.verify.mutate({
        draft: {
          provider: "azure-openai",
          url: azure.url,
          authType: "entra",
          azure: { deployments, entra: identity },
          ...secret,
        },
      });
    const elsewhere = anEntra({ authorityHost: "https://127.0.0.1:9" });

    const good = await verify(anEntra(), { clientSecret });
    const wrong = await verify(anEntra(), { clientSecret: "cs-wrong-canary" });
    const nowhere = await verify(elsewhere, { clientSecret });
    const missing = await failureOf(verify(anEntra(), {}));

    expect(good).toMatchObject({ ok: true, models: ["chat-prod"] });
    expect(wrong.rungs.at(-1)).toMatchObject({
      name: "sign_in",
      errorCode: "upstream_unauthorized",
      message: expect.stringContaining("AADSTS7000215"),
    });
    expect(nowhere.rungs.at(-1)).toMatchObject({ ok: false, errorCode: "upstream_unavailable" });
    expect(missing).toMatchObject({ errorCode: "invalid_input" });
  });

  test("tells a deployment that was named wrong, and runs no model for it", async () => {
    const verify = (apiVersion: string | null, ...names: string[]) =>
      ada.trpc.connections.verify.mutate({
        draft: {
          provider: "azure-openai",
          url: azure.url,
          authType: "api-key",
          key: apiKey,
          azure: { apiVersion, deployments: names.map((name) => ({ name })) },
        },
      });
    azure.journal.clear();

    const good = await verify("2024-10-21", "chat-prod", "embed-prod");
    const wrong = await verify("2024-10-21", "chat-prod", "chat-pord");
    const wrongOnV1 = await verify(null, "chat-prod", "chat-pord");

    expect(good).toMatchObject({ ok: true, models: ["chat-prod", "embed-prod"] });
    for (const verification of [wrong, wrongOnV1]) {
      expect(verification).toMatchObject({ ok: false, models: ["chat-prod", "chat-pord"] });
      expect(verification.rungs).toMatchObject([
        { name: "address", ok: true },
        { name: "sign_in", ok: true },
        {
          name: "models",
          ok: false,
          errorCode: "upstream_not_found",
          message: expect.stringMatching(/no "chat-pord"\. /u),
        },
      ]);
    }
    const asked = azure.journal.entries().filter(({ method }) => method === "POST");
    expect(asked).toHaveLength(6);
    for (const { body } of asked) expect(body).toMatchObject({ messages: [] });
  });

  test("a busy deployment is not taken for a missing one", async () => {
    azure.faults.set({ path: /chat\/completions/u, fault: { kind: "status", code: 429 } });

    const verification = await ada.trpc.connections.verify.mutate({
      draft: {
        provider: "azure-openai",
        url: azure.url,
        authType: "api-key",
        key: apiKey,
        azure: { deployments: [{ name: "chat-prod" }] },
      },
    });

    azure.faults.clear();
    expect(verification).toMatchObject({ ok: true });
  });

  test("logs what Azure calls a failed request, for its support", async () => {
    const { uid } = await connect({ key: apiKey, azure: { deployments: [{ name: "chat-prod" }] } });
    const headers = { "apim-request-id": "4f0c7cd2-1b6a-4a67-8a5e-0d6f3c1f2e11", "x-request-id": "inner" };
    azure.faults.set({ fault: { kind: "status", code: 400, headers } });

    const { status, text } = await chat("chat-prod");

    azure.faults.clear();
    await ada.trpc.connections.delete.mutate({ uid });
    expect(status).toBe(400);
    expect(text).not.toContain("4f0c7cd2");
    expect(server.logged()).toContain('"upstreamRequestId":"4f0c7cd2-1b6a-4a67-8a5e-0d6f3c1f2e11"');
  });

  test("sends a stored client secret to no other authority, and refuses at save what cannot be called", async () => {
    const deployments = [{ name: "chat-prod" }];
    const made = await connect({
      authType: "entra",
      clientSecret,
      azure: { deployments, entra: anEntra() },
    });
    const { uid, revision } = made;
    const update = (change: object) => ada.trpc.connections.update.mutate({ uid, revision, ...change });
    const moved = { azure: { entra: anEntra({ authorityHost: "https://login.example.com" }) } };
    const metadata = { azure: { entra: anEntra({ authorityHost: "https://169.254.169.254" }) } };
    const dated = { url: `${azure.url}/openai/v1`, azure: { apiVersion: "2024-10-21", entra: anEntra() } };

    const failures = [
      await failureOf(update(moved)),
      await failureOf(update({ ...metadata, clientSecret: "typed" })),
      await failureOf(update(dated)),
    ];

    expect(failures.map(({ errorCode }) => errorCode)).toEqual([
      "key_bound_to_origin",
      "outbound_denied",
      "invalid_input",
    ]);
    expect(made.clientSecretFingerprint).toMatch(/^[0-9a-f]{8}$/u);
    await ada.trpc.connections.delete.mutate({ uid });
  });

  test("[vector 60] shows no key, secret or token in what it answered or logged", async () => {
    const deployments = [{ name: "chat-prod" }];
    const { uid } = await connect({ key: apiKey, azure: { deployments } });
    const error = { code: "401", message: `Access denied due to invalid key ${apiKey}.` };
    azure.faults.set({ fault: { kind: "status", code: 401, body: { error } } });

    const answers = await chats();
    const lists = await Promise.all([ada.trpc.connections.list.query(), ada.trpc.models.list.query({})]);
    await ada.trpc.connections.delete.mutate({ uid });
    azure.faults.clear();

    expect(answers.map(({ status }) => status)).toEqual([502, 502, 502]);
    const shown = JSON.stringify([answers, lists]) + server.logged();
    expect(shown).not.toMatch(/canary|simulated-entra-/u);
  });
});

test("docs/azure.md shows a connection that is accepted", async () => {
  const page = await readFile(new URL("../../../docs/azure.md", import.meta.url), "utf8");
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/u.exec(page)?.[1] ?? "");

  expect(createConnectionSchema.parse(example)).toMatchObject({ authType: "entra" });
});

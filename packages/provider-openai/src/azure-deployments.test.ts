import { inOnePiece, serveInProcess, type Script, type ScriptedReply } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { createAzureOpenAIProvider } from "./azure-openai-provider.ts";
import type { AzureDiscovery, AzureOpenAIProviderSettings } from "./azure-settings.ts";

const options = { signal: new AbortController().signal };
const json = (value: unknown, status = 200): ScriptedReply => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});
const ready = (name: string, properties: object = {}) => ({
  name,
  properties: { provisioningState: "Succeeded", ...properties },
});
const manager = "https://management.test";
const account = {
  subscriptionId: "00000000-1111-2222-3333-444444444444",
  resourceGroup: "the(models)",
  account: "res-1",
};

async function azureOn(script: Script, settings: Partial<AzureOpenAIProviderSettings> = {}) {
  const { baseUrl, transport, requests } = await serveInProcess(script, inOnePiece);
  const auth = { type: "api-key" as const, key: "canary-azure-key" };
  return { provider: createAzureOpenAIProvider({ baseUrl, transport, auth, ...settings }), requests };
}

async function discover(
  script: Script,
  more: Partial<AzureDiscovery> = {},
  settings: Partial<AzureOpenAIProviderSettings> = {},
) {
  const { transport, requests } = await serveInProcess(script, inOnePiece);
  const scopes: string[] = [];
  const getToken: AzureDiscovery["getToken"] = ({ scope }) => {
    scopes.push(scope);
    return Promise.resolve("canary-manager-token");
  };
  const discovery = { ...account, managementUrl: manager, transport, getToken, ...more };
  const { provider, requests: atResource } = await azureOn(() => json({}), { discovery, ...settings });
  return { list: () => provider.listModels(options), requests, atResource, scopes };
}

describe("deployments that Azure Resource Manager lists", () => {
  test("come in pages, with the facts of their base models", async () => {
    const { list, requests, atResource, scopes } = await discover(({ path }) =>
      path.includes("skip=1")
        ? json({
            value: [
              ready("embed-prod", {
                model: { name: "text-embedding-3-small" },
                capabilities: { embeddings: "true" },
              }),
            ],
          })
        : json({
            value: [
              {
                ...ready("chat-prod", {
                  model: { format: "OpenAI", name: "gpt-4o", version: "2024-11-20" },
                  capabilities: {
                    chatCompletion: "true",
                    maxContextToken: "128000",
                    maxOutputToken: "16384",
                  },
                }),
                systemData: { lastModifiedAt: "2026-06-02T10:00:00.1234567Z" },
              },
            ],
            nextLink: `${manager}/subscriptions/x?skip=1`,
          }),
    );

    const { models } = await list();

    expect(models).toEqual([
      {
        id: "chat-prod",
        facts: {
          capabilities: ["completion"],
          contextLength: 128_000,
          maxOutputTokens: 16_384,
          family: "gpt-4o",
          ownedBy: "OpenAI",
          modifiedAt: "2026-06-02T10:00:00.123Z",
        },
      },
      { id: "embed-prod", facts: { capabilities: ["embedding"], family: "text-embedding-3-small" } },
    ]);
    expect(requests.map(({ path }) => path)).toEqual([
      "/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/the(models)/providers/Microsoft.CognitiveServices/accounts/res-1/deployments?api-version=2023-05-01",
      "/subscriptions/x?skip=1",
    ]);
    expect(requests[0]?.headers).toMatchObject({ authorization: "Bearer canary-manager-token" });
    expect(JSON.stringify(requests)).not.toContain("canary-azure-key");
    expect(scopes).toEqual([`${manager}/.default`, `${manager}/.default`]);
    expect(atResource).toHaveLength(0);
  });

  test("are those that are ready and can be named in a path", async () => {
    const { list } = await discover(() =>
      json({
        value: [
          ready("a"),
          { name: "b", properties: { provisioningState: "Creating" } },
          ready("../../x"),
          { name: "c" },
        ],
      }),
    );

    expect(await list()).toEqual({ models: [{ id: "a", facts: {} }], dropped: 1 });
  });

  test.each([
    "https://evil.test/subscriptions/x",
    "https://management.test@evil.test/x",
    "http://management.test/x",
    "https://management.test:444/x",
    "//evil.test/x",
    "javascript:1",
  ])("never go on at %s", async (nextLink) => {
    const { list, requests } = await discover(() => json({ value: [], nextLink }));

    await expect(list()).rejects.toMatchObject({ code: "upstream_invalid_response" });
    expect(requests).toHaveLength(1);
  });

  test("end although the pages never do", async () => {
    const { list, requests } = await discover(() =>
      json({ value: [ready("a")], nextLink: `${manager}/again` }),
    );

    expect((await list()).models).toHaveLength(1);
    expect(requests).toHaveLength(50);
  });

  test("give way to what was said of them by hand", async () => {
    const { list } = await discover(
      () => json({ value: [ready("a", { model: { name: "gpt-4o", format: "OpenAI" } })] }),
      {},
      { deployments: [{ name: "a", model: "o3-mini" }, { name: "b" }] },
    );

    expect((await list()).models).toEqual([
      { id: "a", facts: { family: "o3-mini", ownedBy: "OpenAI" } },
      { id: "b", facts: {} },
    ]);
  });

  test.each([
    { subscriptionId: "../x" },
    { subscriptionId: "" },
    { resourceGroup: ".." },
    { resourceGroup: "a/b" },
    { resourceGroup: "a?b" },
    { account: "a/../../b" },
    { account: "%2e" },
    { apiVersion: "2023-05-01&x=1" },
  ])("are not asked for with %j", async (more) => {
    await expect(discover(() => json({}), more)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("deployments without a manager", () => {
  test("are those named by hand: nobody is asked", async () => {
    const { provider, requests } = await azureOn(() => json({}), {
      deployments: [{ name: "a", model: "gpt-4o" }, { name: "b" }],
    });

    expect((await provider.listModels(options)).models).toEqual([
      { id: "a", facts: { family: "gpt-4o" } },
      { id: "b", facts: {} },
    ]);
    expect(requests).toHaveLength(0);
  });

  test("a name that no deployment has is refused when it is given", async () => {
    await expect(azureOn(() => json({}), { deployments: [{ name: "../x" }] })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("are asked of the resource where it still answers", async () => {
    const { provider, requests } = await azureOn(() =>
      json({
        data: [
          { id: "a", model: "gpt-4o", status: "succeeded" },
          { id: "b", model: "x", status: "running" },
        ],
      }),
    );

    expect((await provider.listModels(options)).models).toEqual([{ id: "a", facts: { family: "gpt-4o" } }]);
    expect(requests[0]?.path).toBe("/openai/deployments?api-version=2023-03-15-preview");
  });

  test("where it does not, the error says what to do", async () => {
    const { provider } = await azureOn(() =>
      json({ error: { code: "404", message: "Resource not found" } }, 404),
    );

    await expect(provider.listModels(options)).rejects.toThrow(/name them by hand/u);
  });

  test.each([
    ["2024-10-21", "/openai/models?api-version=2024-10-21"],
    [undefined, "/openai/v1/models"],
  ])("base models are only asked for to see whether the resource answers (%s)", async (apiVersion, path) => {
    const { provider, requests } = await azureOn(() => json({ object: "list", data: [{ id: "gpt-4o" }] }), {
      ...(apiVersion !== undefined && { apiVersion }),
    });

    await provider.checkHealth(options);

    expect(requests.map((request) => request.path)).toEqual([path]);
  });
});

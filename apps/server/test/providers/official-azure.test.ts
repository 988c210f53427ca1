import { createAzureOpenAIProvider } from "@corral/provider-openai";
import { commonFaults, startSimulatedAzure, type SimulatedAzureOptions } from "@corral/simulated-providers";
import OpenAI, { AzureOpenAI } from "openai";
import { describe, expect, test } from "vitest";
import { askOpenAI } from "./official-answer.ts";
import { ask, askOurs, closing, officialCases } from "./official-cases.ts";
import { never } from "./provider-bench.ts";

/** The client's class for Azure as the judge, on both surfaces, with what the content filters put into a stream. */

const key = "azure-official";
const auth = { type: "api-key", key } as const;
const deployment = "chat-prod";
const deployments = [{ name: deployment, model: "gpt-4o" }];

const surfaces = {
  classic: {
    apiVersion: "2024-10-21",
    client: (url: string) =>
      new AzureOpenAI({ endpoint: url, apiVersion: "2024-10-21", deployment, apiKey: key, maxRetries: 0 }),
  },
  v1: {
    client: (url: string) => new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: key, maxRetries: 0 }),
  },
} as const;

/** Azure's chat completions never show the reasoning. */
const cases = officialCases.filter(({ what }) => what !== "reasoning");

describe.each(Object.entries(surfaces))("Azure's %s surface", (_, { client, ...surface }) => {
  async function open(options: SimulatedAzureOptions) {
    const server = await startSimulatedAzure({ apiKey: key, ...options });
    const settings = { baseUrl: server.url, auth, deployments, ...surface };
    return { server, provider: closing(createAzureOpenAIProvider(settings)) };
  }

  describe.each(["sync", "async"] as const)("with the %s filter", (filters) => {
    test.each(cases.flatMap((each) => (["streamed", "whole"] as const).map((mode) => ({ ...each, mode }))))(
      "[vector 6] the client and our package read the same $what, $mode",
      async ({ reply, request, shows, mode }) => {
        const opened = await open({ filters, ...(reply && { reply: () => reply }) });
        await using server = opened.server;
        await using provider = opened.provider;
        const asked = ask(deployment, request);

        const mine = await askOurs(provider, asked, mode);
        const theirs = await askOpenAI(client(server.url), asked, mode);

        expect(theirs).toMatchObject(shows);
        expect(mine).toEqual(theirs);
      },
    );
  });

  test.each([
    ["401", commonFaults.unauthorized, 401, "upstream_unauthorized"],
    ["404", commonFaults.notFoundJson, 404, "upstream_not_found"],
    ["a spent quota", commonFaults.quotaExhausted, 429, "insufficient_quota"],
    ["a prompt that is too long", commonFaults.contextTooLong, 400, "context_length_exceeded"],
  ] as const)("both hear of %s with the same status", async (...[, fault, status, code]) => {
    const opened = await open({});
    await using server = opened.server;
    await using provider = opened.provider;
    server.faults.set({ fault });
    const asked = ask(deployment, {});

    const outcomes = await Promise.allSettled([
      provider.chat(asked, never),
      askOpenAI(client(server.url), asked, "whole"),
    ]);

    expect(outcomes).toMatchObject([
      { reason: { code, details: { upstreamStatus: status } } },
      { reason: { status } },
    ]);
  });
});

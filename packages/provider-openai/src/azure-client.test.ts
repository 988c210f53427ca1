import type { ChatStreamPart, ProviderChatRequest } from "@corral/core";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { fetchTransport } from "@corral/provider-kit";
import { filterMarks, startSimulatedAzure, type SimulatedAzureOptions } from "@corral/simulated-providers";
import { AzureOpenAI, OpenAI } from "openai";
import { describe, expect, test } from "vitest";
import { createAzureOpenAIProvider } from "./azure-openai-provider.ts";

const options = { signal: new AbortController().signal };
const apiKey = "canary-azure-key";
const words = "Grüße, 世界 🐎 and all the rest of it";
const tools = [
  {
    type: "function" as const,
    function: { name: "get_flag", parameters: { type: "object", properties: { on: { type: "boolean" } } } },
  },
];
const ask = (model: string, content: string): ProviderChatRequest => ({
  model,
  messages: [{ role: "user", content }],
  params: { max_tokens: 100 },
});

/** A resource, our provider and the official client, on one surface. */
async function openBench(surface: "classic" | "v1", server: SimulatedAzureOptions = {}) {
  const azure = await startSimulatedAzure({
    apiKey,
    reply: () => ({ text: words.split(/(?<= )/u) }),
    ...server,
  });
  const apiVersion = surface === "classic" ? { apiVersion: "2024-10-21" } : {};
  const provider = createAzureOpenAIProvider({
    baseUrl: azure.url,
    auth: { type: "api-key", key: apiKey },
    transport: createUndiciTransport({ url: azure.url }),
    ...apiVersion,
  });
  const client =
    surface === "classic"
      ? new AzureOpenAI({ endpoint: azure.url, apiKey, apiVersion: "2024-10-21", maxRetries: 0 })
      : new OpenAI({ baseURL: `${azure.url}/openai/v1`, apiKey, maxRetries: 0 });
  return {
    azure,
    provider,
    client,
    [Symbol.asyncDispose]: async () => {
      await provider.close();
      await azure.stop();
    },
  };
}

async function collect(batches: AsyncIterable<readonly ChatStreamPart[]>): Promise<ChatStreamPart[]> {
  const parts: ChatStreamPart[] = [];
  for await (const batch of batches) parts.push(...batch);
  return parts;
}

const textOf = (parts: readonly ChatStreamPart[]): string =>
  parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");

describe.each(["classic", "v1"] as const)(
  "on the %s surface, the official client and we get the same",
  (surface) => {
    test.each(["off", "sync", "async"] as const)(
      "text, streamed and whole, with filters %s",
      async (filters) => {
        await using bench = await openBench(surface, { filters });
        const { client, provider } = bench;
        const request = { model: "chat-prod", messages: [{ role: "user" as const, content: "Hi" }] };

        const theirWhole = await client.chat.completions.create(request);
        let theirStreamed = "";
        let theirUsage: number | undefined;
        for await (const chunk of await client.chat.completions.create({
          ...request,
          stream: true,
          stream_options: { include_usage: true },
        })) {
          theirStreamed += chunk.choices[0]?.delta?.content ?? "";
          theirUsage = chunk.usage?.completion_tokens ?? theirUsage;
        }
        const { completion } = await provider.chat(ask("chat-prod", "Hi"), options);
        const parts = await collect((await provider.streamChat(ask("chat-prod", "Hi"), options)).batches);

        expect([theirWhole.choices[0]?.message.content, theirStreamed]).toEqual([words, words]);
        expect([completion.choices[0]?.text, textOf(parts)]).toEqual([words, words]);
        expect(completion.usage?.completionTokens).toBe(theirWhole.usage?.completion_tokens);
        expect(parts).toContainEqual({
          type: "usage",
          usage: expect.objectContaining({ completionTokens: theirUsage }),
        });
        expect(parts.at(-1)).toMatchObject({ type: "finish", reason: theirWhole.choices[0]?.finish_reason });
      },
    );

    test("tool calls", async () => {
      await using bench = await openBench(surface, {
        reply: () => ({ text: "", toolCalls: [{ name: "get_flag", arguments: { on: true } }] }),
      });
      const { client, provider } = bench;

      const theirs = await client.chat.completions.create({
        model: "chat-prod",
        messages: [{ role: "user", content: "Hi" }],
        tools,
      });
      const { completion } = await provider.chat({ ...ask("chat-prod", "Hi"), tools }, options);

      const [call] = theirs.choices[0]?.message.tool_calls ?? [];
      const [ours] = completion.choices[0]?.toolCalls ?? [];
      expect(ours?.function).toEqual(call?.type === "function" ? call.function : undefined);
      expect(completion.choices[0]?.finishReason).toBe("tool_calls");
    });

    test("embeddings", async () => {
      await using bench = await openBench(surface);
      const { client, provider } = bench;

      const theirs = await client.embeddings.create({
        model: "embed-prod",
        input: ["a", "b"],
        encoding_format: "float",
      });
      const ours = await provider.embed({ model: "embed-prod", input: ["a", "b"] }, options);

      expect(ours.embeddings).toEqual(theirs.data.map((item) => item.embedding));
      expect(ours.promptTokens).toBe(theirs.usage.prompt_tokens);
    });

    test.each([
      ["a missing deployment", "missing", "Hi", 404, "upstream_not_found"],
      ["[vector 57] a prompt that is filtered", "chat-prod", filterMarks.prompt, 400, "content_filtered"],
    ])("%s", async (...[, model, content, status, code]) => {
      await using bench = await openBench(surface);
      const { azure, client, provider } = bench;

      await expect(
        client.chat.completions.create({ model, messages: [{ role: "user", content }] }),
      ).rejects.toMatchObject({ status });
      azure.journal.clear();
      await expect(provider.chat(ask(model, content), options)).rejects.toMatchObject({ code });
      await expect(provider.streamChat(ask(model, content), options)).rejects.toMatchObject({ code });

      expect(azure.journal.entries()).toHaveLength(2);
    });

    test.each(["sync", "async"] as const)("[vector 6] an answer that a filter cuts (%s)", async (filters) => {
      await using bench = await openBench(surface, { filters });
      const { client, provider } = bench;
      const messages = [{ role: "user" as const, content: filterMarks.answer }];
      let theirs = "";
      let finish: string | null | undefined;
      for await (const { choices } of await client.chat.completions.create({
        model: "chat-prod",
        messages,
        stream: true,
      })) {
        theirs += choices[0]?.delta?.content ?? "";
        finish = choices[0]?.finish_reason ?? finish;
      }

      const parts = await collect(
        (await provider.streamChat(ask("chat-prod", filterMarks.answer), options)).batches,
      );

      expect(textOf(parts)).toBe(theirs);
      expect(parts.at(-1)).toMatchObject({ type: "finish", reason: finish });
      expect(finish).toBe("content_filter");
    });
  },
);

describe("[vector 55] what the server sees", () => {
  test("[GW-2] the deployment's name is one segment of the path", async () => {
    await using bench = await openBench("classic", {
      deployments: [{ name: "my gpt:4.1", model: "gpt-4o" }],
    });

    await bench.provider.chat(ask("my gpt:4.1", "Hi"), options);

    expect(bench.azure.journal.entries().map(({ url }) => url)).toEqual([
      "/openai/deployments/my%20gpt%3A4.1/chat/completions?api-version=2024-10-21",
    ]);
  });

  test.each(["../../admin/x", "a?b", "%2e%2e%2f", "..", "%2E", "a#b", "a\\..\\b"])(
    "[GW-2] nothing for %j",
    async (name) => {
      await using bench = await openBench("classic");

      await expect(bench.provider.chat(ask(name, "Hi"), options)).rejects.toMatchObject({
        code: "invalid_input",
      });
      await expect(bench.provider.embed({ model: name, input: ["a"] }, options)).rejects.toMatchObject({
        code: "invalid_input",
      });

      expect(bench.azure.journal.entries()).toEqual([]);
    },
  );

  test("an api-version that is too old for what Corral sends is not sent it", async () => {
    await using azure = await startSimulatedAzure({ apiKey });
    const provider = createAzureOpenAIProvider({
      baseUrl: azure.url,
      auth: { type: "api-key", key: apiKey },
      apiVersion: "2024-02-01",
    });
    const { completion } = await provider.chat(ask("chat-prod", "Hi"), options);
    const parts = await collect((await provider.streamChat(ask("chat-prod", "Hi"), options)).batches);

    expect(textOf(parts)).toBe(completion.choices[0]?.text);
  });

  test("a reasoning model behind a name that says nothing gets what it accepts, from the list on", async () => {
    await using bench = await openBench("v1", {
      deployments: [{ name: "prod", model: "o3-mini", version: "2025-01-31" }],
    });
    const { models } = await bench.provider.listModels(options);
    const [model] = models;
    const request = {
      ...ask("prod", "Hi"),
      params: { temperature: 0.5, max_tokens: 100 },
      ...(model && { facts: model.facts }),
    };

    const { notes } = await bench.provider.chat(request, options);

    expect(notes.map(({ param, action }) => `${param} ${action}`)).toEqual([
      "temperature dropped",
      "max_tokens renamed",
    ]);
  });
});

describe("[vector 54] a redirect", () => {
  test.each([
    ["undici", (url: string) => createUndiciTransport({ url })],
    ["fetch", () => fetchTransport],
  ])("takes no key anywhere (%s)", async (_, toTransport) => {
    await using azure = await startSimulatedAzure({ apiKey });
    await using other = await startSimulatedAzure();
    const provider = createAzureOpenAIProvider({
      baseUrl: azure.url,
      auth: { type: "api-key", key: apiKey },
      transport: toTransport(azure.url),
    });
    azure.faults.set({ fault: { kind: "redirect", to: `${other.url}/openai/v1/chat/completions` } });

    const call = provider.chat(ask("chat-prod", "Hi"), options);

    await expect(call).rejects.toMatchObject({ code: "upstream_redirect" });
    expect(other.journal.entries()).toEqual([]);
    await provider.close();
  });
});

test("deployments are discovered page by page, and only those that are ready", async () => {
  await using azure = await startSimulatedAzure({
    apiKey,
    pageSize: 1,
    deployments: [
      { name: "a", model: "gpt-4o" },
      { name: "b", model: "gpt-4o", provisioningState: "Creating" },
      { name: "c", model: "text-embedding-3-small", kinds: ["embedding"] },
    ],
    checkToken: (token, scope) => token === "manager-token" && scope === `${azure.url}/.default`,
  });
  const provider = createAzureOpenAIProvider({
    baseUrl: azure.url,
    auth: { type: "api-key", key: apiKey },
    discovery: {
      ...azure.resource,
      managementUrl: azure.url,
      getToken: () => Promise.resolve("manager-token"),
    },
  });

  const { models } = await provider.listModels(options);

  expect(models.map(({ id, facts }) => [id, facts.family, facts.capabilities])).toEqual([
    ["a", "gpt-4o", ["completion"]],
    ["c", "text-embedding-3-small", ["embedding"]],
  ]);
  expect(azure.journal.entries()).toHaveLength(3);
});

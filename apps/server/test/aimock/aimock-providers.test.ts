import type { ChatStreamPart, ChatTool, Provider, ProviderChatRequest } from "@corral/core";
import { createOllamaProvider } from "@corral/provider-ollama";
import { createOpenAIProvider } from "@corral/provider-openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aimockFailures, aimockModel, aimockScripts, startAimock, type Aimock } from "./start-aimock.ts";

/** The adapters against a server by others: what only our own simulation believes would show here. */

const { answer, reasoning, conclusion, json, loop, embedding } = aimockScripts;

const getFlag: ChatTool = {
  type: "function",
  function: {
    name: "get_flag",
    parameters: { type: "object", properties: { on: { type: "boolean" } }, required: ["on"] },
  },
};

const signal = (): AbortSignal => AbortSignal.timeout(10_000);
const ask = (content: string, rest: Partial<ProviderChatRequest> = {}): ProviderChatRequest => ({
  model: aimockModel,
  messages: [{ role: "user", content }],
  params: {},
  ...rest,
});

async function collect(provider: Provider, request: ProviderChatRequest): Promise<ChatStreamPart[]> {
  const { batches } = await provider.streamChat(request, { signal: signal() });
  const parts: ChatStreamPart[] = [];
  for await (const batch of batches) parts.push(...batch);
  return parts;
}

function joinText(parts: readonly ChatStreamPart[], type: "text-delta" | "reasoning-delta"): string {
  return parts.map((part) => (part.type === type ? part.text : "")).join("");
}

let aimock: Aimock;
beforeAll(async () => {
  aimock = await startAimock();
});
afterAll(() => aimock[Symbol.asyncDispose]());

const providers = {
  openai: () => createOpenAIProvider({ baseUrl: aimock.url }),
  ollama: () => createOllamaProvider({ baseUrl: aimock.url }),
};

describe.each(Object.entries(providers))("the %s provider over aimock", (_, createProvider) => {
  let provider: Provider;
  beforeAll(() => {
    provider = createProvider();
  });
  afterAll(() => provider.close());

  it("lists the model", async () => {
    const { models, dropped } = await provider.listModels({ signal: signal() });

    expect({ ids: models.map(({ id }) => id), dropped }).toEqual({ ids: [aimockModel], dropped: 0 });
  });

  it("answers whole and streamed alike", async () => {
    const { completion } = await provider.chat(ask("Hi"), { signal: signal() });
    const parts = await collect(provider, ask("Hi"));

    expect(completion.choices).toMatchObject([{ text: answer, finishReason: "stop", toolCalls: [] }]);
    expect(joinText(parts, "text-delta")).toBe(answer);
    expect(parts.filter(({ type }) => type === "text-delta").length).toBeGreaterThan(1);
    expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "stop" });
  });

  it("hears a tool call, whole and streamed, and gives its result back", async () => {
    const request = ask("Hi", { tools: [getFlag] });

    const { completion } = await provider.chat(request, { signal: signal() });
    const parts = await collect(provider, request);

    const [call] = completion.choices[0]?.toolCalls ?? [];
    expect(call?.function.name).toBe("get_flag");
    expect(JSON.parse(call?.function.arguments ?? "")).toEqual({ on: true });
    expect(completion.choices[0]?.finishReason).toBe("tool_calls");
    const fragments = parts.map((part) => (part.type === "tool-call-arguments-delta" ? part.text : ""));
    expect(JSON.parse(fragments.join(""))).toEqual({ on: true });
    expect(parts.find(({ type }) => type === "tool-call-start")).toMatchObject({ name: "get_flag" });
    expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "tool_calls" });
    const after = await provider.chat(
      {
        ...request,
        messages: [
          ...request.messages,
          { role: "assistant", content: null, tool_calls: call === undefined ? [] : [call] },
          { role: "tool", tool_call_id: call?.id ?? "", content: "yes" },
        ],
      },
      { signal: signal() },
    );
    expect(after.completion.choices[0]?.text).toBe(answer);
  });

  it("ends an endless answer when it is aborted", async () => {
    const leaving = new AbortController();
    const { batches } = await provider.streamChat(ask("LOOP"), { signal: leaving.signal });
    let text = "";

    const drained = (async () => {
      for await (const batch of batches) {
        text += joinText(batch, "text-delta");
        if (text !== "") leaving.abort();
      }
    })();

    await expect(drained).rejects.toMatchObject({ code: "request_cancelled" });
    expect(text).toMatch(new RegExp(`^(${loop})+$`));
  });

  it("tells an unknown model from a broken server", async () => {
    const unknown = provider.chat({ ...ask("Hi"), model: "absent" }, { signal: signal() });

    await expect(unknown).rejects.toMatchObject({ code: "upstream_not_found" });
  });
});

describe.each(Object.entries(providers))("the %s provider over aimock that fails", (_, createProvider) => {
  const codes = {
    LIMIT: "upstream_rate_limited",
    CRASH: "upstream_error",
    REFUSE: "upstream_rejected",
    LOCKED: "upstream_unauthorized",
  } as const;

  it.each(aimockFailures)("hears of $status, whole and streamed", async ({ word, status }) => {
    const calls = [
      (provider: Provider) => provider.chat(ask(word), { signal: signal() }),
      (provider: Provider) => provider.streamChat(ask(word), { signal: signal() }),
    ];

    const outcomes = await Promise.allSettled(
      calls.map(async (call) => {
        // One each: a circuit that the first call opened would answer the second.
        const provider = createProvider();
        try {
          await call(provider);
        } finally {
          await provider.close();
        }
      }),
    );

    const reason = { code: codes[word], details: { upstreamStatus: status } };
    expect(outcomes).toMatchObject([{ reason }, { reason }]);
  });
});

describe("the openai provider over aimock, where aimock's ollama is wrong", () => {
  it("keeps reasoning apart, asks for a schema, counts tokens and embeds", async () => {
    const provider = providers.openai();

    const { completion } = await provider.chat(ask("THINK"), { signal: signal() });
    const parts = await collect(provider, ask("THINK"));
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const json_schema = { name: "flag", schema };
    const structured = await provider.chat(
      ask("JSON", { params: { response_format: { type: "json_schema", json_schema } } }),
      { signal: signal() },
    );
    const embedded = await provider.embed({ model: aimockModel, input: ["a", "b"] }, { signal: signal() });
    await provider.close();

    expect(completion.choices[0]).toMatchObject({ reasoning, text: conclusion });
    expect(joinText(parts, "reasoning-delta")).toBe(reasoning);
    expect(joinText(parts, "text-delta")).toBe(conclusion);
    expect(structured.completion.choices[0]?.text).toBe(json);
    expect(aimock.received("/v1/chat/completions").at(-1)).toMatchObject({
      response_format: { json_schema },
    });
    expect(completion.usage?.completionTokens).toBeGreaterThan(0);
    expect(parts.find((part) => part.type === "usage")?.usage).toEqual(completion.usage);
    expect(embedded.embeddings).toEqual([embedding, embedding]);
  });
});

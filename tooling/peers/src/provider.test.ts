import type { ChatMessage, ChatStreamPart, ChatTool, Provider, ProviderChatRequest } from "@corral/core";
import { fetchTransport, type HttpTransport } from "@corral/provider-kit";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { createOpenAIProvider } from "@corral/provider-openai";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { readSlots } from "./read-slots.ts";
import { type LlamaServer, startLlamaServer } from "./start-llama-server.ts";
import { obeyedAnswer, obeyedSchema, tinyModelReasoning, tinyModelScripts } from "./tiny-model-scripts.ts";
import { tinyModelContextLength } from "./write-tiny-gguf.ts";

const llama = inject("llama");
const { answer } = tinyModelScripts;

const transports: Record<string, (url: string) => HttpTransport> = {
  fetch: () => fetchTransport,
  undici: (url) => createUndiciTransport({ url }),
};

const getFlag: ChatTool = {
  type: "function",
  function: {
    name: "get_flag",
    parameters: { type: "object", properties: { on: { type: "boolean" } }, required: ["on"] },
  },
};

const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const ask = (content: string, rest: Partial<ProviderChatRequest> = {}): ProviderChatRequest => ({
  model: "tiny",
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

describe.skipIf(llama === null).each(Object.entries(transports))(
  "the provider over llama-server, by %s",
  (_, createTransport) => {
    let server: LlamaServer;
    let provider: Provider;
    beforeAll(async () => {
      if (llama === null) return;
      server = await startLlamaServer(llama);
      provider = createOpenAIProvider({
        baseUrl: server.baseUrl,
        transport: createTransport(server.baseUrl),
      });
    });
    afterAll(async () => {
      await provider.close();
      await server.stop();
    });

    it("lists the model with its facts", async () => {
      const { models, dropped } = await provider.listModels({ signal: signal() });

      expect(models).toMatchObject([
        { id: "tiny", facts: { ownedBy: "llamacpp", contextLength: tinyModelContextLength } },
      ]);
      expect(dropped).toBe(0);
    });

    it("is healthy", async () => {
      expect((await provider.checkHealth({ signal: signal() })).latencyMs).toBeGreaterThan(0);
    });

    it("answers whole and streamed alike, with the same usage", async () => {
      const { completion } = await provider.chat(ask("Hi"), { signal: signal() });
      const parts = await collect(provider, ask("Hi"));

      expect(completion.choices).toMatchObject([{ text: answer.text, finishReason: "stop", toolCalls: [] }]);
      expect(completion.usage).toMatchObject({ completionTokens: 11 });
      expect(joinText(parts, "text-delta")).toBe(answer.text);
      expect(parts.filter(({ type }) => type === "text-delta").length).toBeGreaterThan(5);
      const usage = parts.find((part) => part.type === "usage");
      expect(usage?.usage.promptTokens).toBe(completion.usage?.promptTokens);
      expect(parts.filter(({ type }) => type === "finish")).toHaveLength(1);
      expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "stop" });
    });

    it("hears a tool call, whole and in fragments, and gives its result back", async () => {
      const request = ask("Hi", { tools: [getFlag] });

      const { completion } = await provider.chat(request, { signal: signal() });
      const parts = await collect(provider, request);

      const [call] = completion.choices[0]?.toolCalls ?? [];
      expect(call?.function.name).toBe("get_flag");
      expect(JSON.parse(call?.function.arguments ?? "")).toEqual({ on: true });
      expect(completion.choices[0]?.finishReason).toBe("tool_calls");
      expect(parts.filter(({ type }) => type.startsWith("tool-call"))).toMatchObject([
        { type: "tool-call-start", index: 0, name: "get_flag" },
        { type: "tool-call-arguments-delta", text: "{" },
        { type: "tool-call-arguments-delta", text: '"on":' },
        { type: "tool-call-arguments-delta", text: " true}" },
        { type: "tool-call-end", index: 0 },
      ]);
      const turn: ChatMessage[] = [
        ...request.messages,
        { role: "assistant", content: null, tool_calls: call === undefined ? [] : [call] },
        { role: "tool", tool_call_id: call?.id ?? "", content: "yes" },
      ];
      const after = await provider.chat({ ...request, messages: turn }, { signal: signal() });
      expect(after.completion.choices[0]?.text).toBe(answer.text);
    });

    it("keeps reasoning apart from the answer", async () => {
      const { completion } = await provider.chat(ask("THINK"), { signal: signal() });
      const parts = await collect(provider, ask("THINK"));

      const expected = { reasoning: tinyModelReasoning.reasoning, text: tinyModelReasoning.conclusion };
      expect(completion.choices[0]).toMatchObject(expected);
      expect({ reasoning: joinText(parts, "reasoning-delta"), text: joinText(parts, "text-delta") }).toEqual(
        expected,
      );
    });

    it("asks for an answer in a schema and for an end at a number of tokens", async () => {
      const structured = await provider.chat(
        ask("JSON", {
          params: {
            response_format: { type: "json_schema", json_schema: { name: "flag", schema: obeyedSchema } },
          },
        }),
        { signal: signal() },
      );
      const cut = await provider.chat(ask("LOOP", { params: { max_tokens: 6 } }), { signal: signal() });

      expect(JSON.parse(structured.completion.choices[0]?.text ?? "")).toEqual(obeyedAnswer);
      expect(cut.completion.choices[0]).toMatchObject({ text: "tick tock tick tock tick tock" });
      expect(cut.completion.choices[0]?.finishReason).toBe("length");
    });

    it("frees the server's slot when it is aborted, and when its stream is left early", async () => {
      const leaving = new AbortController();
      const aborted = await provider.streamChat(ask("LOOP"), { signal: leaving.signal });
      const left = await provider.streamChat(ask("LOOP"), { signal: signal() });
      expect(await readSlots(server)).toMatchObject({ busy: 2 });

      const drained = (async () => {
        for await (const batch of aborted.batches) expect(batch.length).toBeGreaterThan(0);
      })();
      leaving.abort();
      await expect(drained).rejects.toMatchObject({ code: "request_cancelled" });
      for await (const _batch of left.batches) break;

      await expect.poll(() => readSlots(server), { timeout: 2_000, interval: 20 }).toMatchObject({ busy: 0 });
      expect((await readSlots(server)).longest).toBeLessThan(tinyModelContextLength - 1);
    });

    it("says what the server refuses, and why", async () => {
      const [tooLong, embedding] = await Promise.allSettled([
        provider.chat(ask("word ".repeat(4_000)), { signal: signal() }),
        provider.embed({ model: "tiny", input: ["a"] }, { signal: signal() }),
      ]);

      expect(tooLong).toMatchObject({ reason: { code: "context_length_exceeded" } });
      expect(embedding).toMatchObject({ reason: { details: { upstreamStatus: 501 } } });
    });

    it("lists, calls, loads and unloads a router's models, and does not take for impossible what its list leaves out", async () => {
      if (llama === null) return;
      await using server = await startLlamaServer({ ...llama, router: true });
      const { baseUrl } = server;
      const routed = createOpenAIProvider({ baseUrl, transport: createTransport(baseUrl) });
      const options = () => ({ signal: signal() });
      const expectState = (state: string) =>
        expect
          .poll(async () => (await routed.router?.getState("tiny", options()))?.state, { timeout: 10_000 })
          .toBe(state);

      const { models } = await routed.listModels(options());
      await expectState("unloaded");
      await routed.router?.load("tiny", options());
      await expectState("loaded");
      const called = await routed.chat(ask("Hi", { tools: [getFlag] }), options());
      await routed.router?.unload("tiny", options());
      await expectState("unloaded");
      const unknown = await Promise.allSettled([
        routed.chat({ ...ask("Hi"), model: "absent" }, options()),
        routed.router?.load("absent", options()),
      ]);
      await routed.close();

      expect(models).toEqual([{ id: "tiny", facts: { ownedBy: "llamacpp", capabilities: ["completion"] } }]);
      expect(called.completion.choices[0]?.finishReason).toBe("tool_calls");
      const reason = { code: "upstream_not_found" };
      expect(unknown).toMatchObject([{ reason }, { reason }]);
    });

    it("embeds, one vector an input", async () => {
      if (llama === null) return;
      await using embedder = await startLlamaServer({ ...llama, embeddings: true });
      const { baseUrl } = embedder;
      const embedding = createOpenAIProvider({ baseUrl, transport: createTransport(baseUrl) });

      const { embeddings, promptTokens } = await embedding.embed(
        { model: "tiny", input: ["a", "b c"] },
        { signal: signal() },
      );
      await embedding.close();

      expect(embeddings.map((vector) => vector.length)).toEqual([416, 416]);
      expect(promptTokens).toBeGreaterThan(0);
    });
  },
);

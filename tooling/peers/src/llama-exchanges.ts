import type { ChatTool, Provider, ProviderChatRequest } from "@corral/core";

import type { LlamaServerOptions } from "./start-llama-server.ts";
import { obeyedSchema } from "./tiny-model-scripts.ts";

/** One call of the provider to a server that runs in some mode: what is recorded, and compared with the record later. */
export type LlamaExchange = {
  readonly name: string;
  readonly call: "listModels" | "chat" | "streamChat" | "embed";
  readonly request: Partial<ProviderChatRequest>;
  readonly server: "chat" | "embeddings" | "router" | "guarded";
};

/** How each server is started, beside its program and model. */
export const llamaServers: Record<LlamaExchange["server"], Omit<LlamaServerOptions, "program" | "model">> = {
  chat: {},
  embeddings: { embeddings: true },
  router: { router: true },
  guarded: { apiKey: "the-right-key" },
};

const getFlag: ChatTool = {
  type: "function",
  function: {
    name: "get_flag",
    parameters: { type: "object", properties: { on: { type: "boolean" } }, required: ["on"] },
  },
};

const ask = (content: string, rest: Partial<ProviderChatRequest> = {}): Partial<ProviderChatRequest> => ({
  model: "tiny",
  messages: [{ role: "user", content }],
  ...rest,
});

const schema = {
  response_format: { type: "json_schema", json_schema: { name: "flag", schema: obeyedSchema } },
} as const;

export const llamaExchanges: readonly LlamaExchange[] = [
  { name: "list", server: "chat", call: "listModels", request: {} },
  { name: "whole", server: "chat", call: "chat", request: ask("Hi") },
  { name: "streamed", server: "chat", call: "streamChat", request: ask("Hi") },
  { name: "tool call", server: "chat", call: "chat", request: ask("Hi", { tools: [getFlag] }) },
  {
    name: "tool call in fragments",
    server: "chat",
    call: "streamChat",
    request: ask("Hi", { tools: [getFlag] }),
  },
  { name: "reasoning", server: "chat", call: "chat", request: ask("THINK") },
  { name: "reasoning streamed", server: "chat", call: "streamChat", request: ask("THINK") },
  { name: "schema", server: "chat", call: "chat", request: ask("JSON", { params: schema }) },
  {
    name: "cut at a length",
    server: "chat",
    call: "streamChat",
    request: ask("LOOP", { params: { max_tokens: 6 } }),
  },
  { name: "two choices", server: "chat", call: "streamChat", request: ask("Hi", { choiceCount: 2 }) },
  { name: "too long", server: "chat", call: "streamChat", request: ask("word ".repeat(4_000)) },
  { name: "no embeddings", server: "chat", call: "embed", request: {} },
  { name: "embeddings", server: "embeddings", call: "embed", request: {} },
  { name: "wrong key", server: "guarded", call: "chat", request: ask("Hi") },
  { name: "router's list", server: "router", call: "listModels", request: {} },
  {
    name: "router without the model",
    server: "router",
    call: "chat",
    request: ask("Hi", { model: "absent" }),
  },
];

/** Makes the call and reads its answer to the end; that it fails may be the point. */
export async function callProvider(provider: Provider, { call, request }: LlamaExchange): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  const asked: ProviderChatRequest = { model: "tiny", messages: [], params: {}, ...request };
  try {
    if (call === "listModels") await provider.listModels({ signal });
    else if (call === "embed") await provider.embed({ model: "tiny", input: ["one", "two"] }, { signal });
    else if (call === "chat") await provider.chat(asked, { signal });
    else for await (const _ of (await provider.streamChat(asked, { signal })).batches);
  } catch {
    // What the server answered is recorded all the same.
  }
}

import { expect } from "vitest";
import { adminOnly, both, firstOf, isRow, lastOf, type StockCase } from "./stock-case.ts";
import type { Outcome, StockClient } from "./stock-client.ts";

const messages = [{ role: "user", content: "hello" }];
const config = (name: string) => ({
  [`ENABLE_${name}_API`]: true,
  [name === "OPENAI" ? "OPENAI_API_BASE_URLS" : "OLLAMA_BASE_URLS"]: expect.arrayContaining([
    expect.any(String),
  ]),
  [`${name}_API_CONFIGS`]: { 0: { enable: true, prefix_id: "", connection_type: "local" } },
});
const version = { version: expect.any(String) };
const model = { id: expect.any(String), object: "model" };

// safe: the clients send back what they were given
const rowOf = ({ body }: Outcome) => body as Record<string, unknown>;

/** Every call of the description's sections 12.3 and 12.4 and the chats of 12.2 that is served, and the whole of 12.5. */
export const providerCases: Readonly<Record<string, StockCase>> = {
  chatCompletion: both(
    (client) => client.chatCompletion({ model: "gpt-4o", messages, stream: true }),
    (chunks: object[]) => chunks[0],
    { object: "chat.completion.chunk" },
  ),
  "chatCompletion at /openai": both(
    (client) => client.chatCompletion({ model: "qwen3:8b", messages, stream: false }, "/openai"),
    lastOf,
    { object: "chat.completion", model: "qwen3:8b" },
  ),
  generateOpenAIChatCompletion: both(
    (client) => client.generateOpenAIChatCompletion({ model: "gpt-4o", messages }),
    isRow,
    { object: "chat.completion" },
  ),
  "generateOpenAIChatCompletion at /api/v1": both(
    (client) => client.generateOpenAIChatCompletion({ model: "qwen3:8b", messages }, "/api/v1"),
    isRow,
    { object: "chat.completion" },
  ),

  verifyOllamaConnection: adminOnly(
    (client, _, { ollama }) => client.verifyOllamaConnection({ url: ollama.url, key: "" }),
    isRow,
    version,
  ),
  getOllamaConfig: adminOnly((client) => client.getOllamaConfig(), isRow, config("OLLAMA")),
  updateOllamaConfig: adminOnly(
    async (client) => client.updateOllamaConfig(rowOf(await client.getOllamaConfig())),
    isRow,
    config("OLLAMA"),
  ),
  getOllamaVersion: both((client) => client.getOllamaVersion(), isRow, version),
  "getOllamaVersion of the first": both((client) => client.getOllamaVersion(0), isRow, version),
  "getOllamaVersion of the second": adminOnly((client) => client.getOllamaVersion(1), isRow, version),
  getOllamaModels: both(
    (client) => client.getOllamaModels(),
    ({ models }: { models: object[] }) => models[0],
    { name: expect.any(String), model: expect.any(String) },
  ),
  "getOllamaModels of the first": adminOnly(
    (client) => client.getOllamaModels(0),
    ({ models }: { models: object[] }) => models[0],
    { name: expect.any(String), model: expect.any(String), size: expect.any(Number) },
  ),
  generateEmbeddings: both((client) => client.generateEmbeddings("nomic-embed-text", "hello"), lastOf, {
    embedding: expect.arrayContaining([expect.any(Number)]),
  }),
  generateTextCompletion: both((client) => client.generateTextCompletion("qwen3:8b", "hello"), lastOf, {
    model: "qwen3:8b",
    done: true,
  }),
  generatePrompt: both((client) => client.generatePrompt("qwen3:8b", "hello"), lastOf, { done: true }),
  generateChatCompletion: both(
    (client) => client.generateChatCompletion({ model: "qwen3:8b", messages, stream: true }),
    lastOf,
    { done: true },
  ),
  createModel: adminOnly((client, id) => client.createModel({ model: id, from: "spare:1b" }, 1), lastOf, {
    status: "success",
  }),
  pullModel: adminOnly((client) => client.pullModel("tinyllama"), lastOf, { status: "success" }),
  "pullModel at the second": adminOnly((client) => client.pullModel("tinyllama", 1), lastOf, {
    status: "success",
  }),
  deleteModel: adminOnly(
    onOwnServer((client, id) => client.deleteModel(id)),
    Boolean,
    true,
  ),
  "deleteModel at the second": adminOnly(
    onOwnServer((client, id) => client.deleteModel(id, 1)),
    Boolean,
    true,
  ),

  getOpenAIConfig: adminOnly((client) => client.getOpenAIConfig(), isRow, {
    ...config("OPENAI"),
    OPENAI_API_KEYS: [expect.stringMatching(/^corral-key:/u)],
  }),
  updateOpenAIConfig: adminOnly(
    async (client) => client.updateOpenAIConfig(rowOf(await client.getOpenAIConfig())),
    isRow,
    config("OPENAI"),
  ),
  getOpenAIModels: both((client) => client.getOpenAIModels(), firstOf, model),
  "getOpenAIModels of the first": adminOnly((client) => client.getOpenAIModels(0), firstOf, {
    ...model,
    id: "gpt-4o",
  }),
  verifyOpenAIConnection: adminOnly(
    async (client, _, { administrator }) => {
      const { body } = await administrator.getOpenAIConfig();
      // safe: what the call is said to answer
      const {
        OPENAI_API_BASE_URLS: [url = ""],
      } = body as { OPENAI_API_BASE_URLS: string[] };
      return client.verifyOpenAIConnection({ url, key: "sk-up", config: { auth_type: "bearer" } });
    },
    firstOf,
    { id: "gpt-4o" },
  ),

  exportConfig: adminOnly((client) => client.exportConfig(), isRow, {
    ui: { model_order_list: expect.any(Array) },
    openai: { enable: true },
    ollama: { enable: true },
  }),
  importConfig: adminOnly(async (client) => client.importConfig((await client.exportConfig()).body), isRow, {
    openai: { enable: true },
    ollama: { enable: true },
  }),
};

/** With a model of that name on the second server. */
function onOwnServer(run: (client: StockClient, id: string) => Promise<Outcome>): StockCase["run"] {
  return async (client, id, { administrator, ada, second }) => {
    await administrator.createModel({ model: id, from: "spare:1b" }, 1);
    await ada.trpc.connections.refresh.mutate({ uid: second.uid });
    return run(client, id);
  };
}

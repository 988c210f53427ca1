import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer({
    MIGRATE_API_KEY: "sk-from-the-environment",
    HEADER_API_KEY: "sk-of-the-header",
  });
  ada = await signUpAdministrator(server);
});
afterAll(() => server[Symbol.asyncDispose]());

/** What an import of one entry made. */
async function importEntry(name: string, entry: object, sections: object = {}) {
  const config = { model_list: [{ model_name: name, ...entry }], ...sections };
  const report = await ada.trpc.documents.import.mutate({ format: "litellm", text: JSON.stringify(config) });
  const { connections } = await ada.trpc.connections.list.query();
  const made = report.items.find(({ kind, outcome }) => kind === "connection" && outcome !== "invalid");
  const model = await ada.trpc.models.get.query({ id: name }).catch(() => undefined);
  return {
    report,
    connection: connections.find(({ slug }) => slug === made?.name),
    definition: model?.definition,
    capabilities: model?.capabilities,
  };
}

/** An entry with an address of its own, so that no other shares its connection. */
function at(port: number, litellm: object = {}, rest: object = {}) {
  const api_base = `http://127.0.0.1:9/${port}`;
  return { litellm_params: { model: `openai/up-${port}`, api_base, ...litellm }, ...rest };
}

/** Its place in config.yaml, an entry that has it, and what became of it. */
const keys: readonly [path: string, entry: object, made: object][] = [
  ["model_list[].model_name", at(1), { definition: { baseId: expect.stringContaining("up-1") as unknown } }],
  [
    "litellm_params.model",
    { litellm_params: { model: "ollama_chat/phi3", api_base: "http://127.0.0.1:9" } },
    { connection: { provider: "ollama" }, definition: { baseId: "phi3" } },
  ],
  ["litellm_params.api_base", at(2), { connection: { url: "http://127.0.0.1:9/2" } }],
  [
    "litellm_params.base_url",
    { litellm_params: { model: "openai/up-3", base_url: "http://127.0.0.1:9/3" } },
    { connection: { url: "http://127.0.0.1:9/3" } },
  ],
  [
    "litellm_params.api_key",
    at(4, { api_key: "os.environ/MIGRATE_API_KEY" }),
    { connection: { authType: "bearer", secretReferences: { key: "env:MIGRATE_API_KEY" } } },
  ],
  [
    "litellm_params.api_version",
    {
      litellm_params: {
        model: "azure/up-5",
        api_base: "https://five.openai.azure.com",
        api_version: "2024-10-21",
        api_key: "os.environ/MIGRATE_API_KEY",
      },
    },
    { connection: { provider: "azure-openai", azure: { apiVersion: "2024-10-21" } } },
  ],
  [
    "litellm_params.custom_llm_provider",
    { litellm_params: { model: "llama3", custom_llm_provider: "ollama", api_base: "http://127.0.0.1:10" } },
    { connection: { provider: "ollama", url: "http://127.0.0.1:10" } },
  ],
  [
    "litellm_params.extra_headers",
    at(7, { extra_headers: { "x-tenant": "os.environ/HEADER_API_KEY" } }),
    { connection: { authType: "headers", headerNames: ["x-tenant"] } },
  ],
  [
    "litellm_params.extra_body",
    at(8, { extra_body: { service_tier: "flex" } }),
    { definition: { params: { custom_params: { service_tier: "flex" } } } },
  ],
  [
    "litellm_params.temperature",
    at(9, { temperature: "0.2" }),
    { definition: { params: { temperature: 0.2 } } },
  ],
  ["litellm_params.top_p", at(10, { top_p: 0.5 }), { definition: { params: { top_p: 0.5 } } }],
  ["litellm_params.max_tokens", at(11, { max_tokens: 100 }), { definition: { params: { max_tokens: 100 } } }],
  [
    "litellm_params.max_completion_tokens",
    at(12, { max_completion_tokens: 50 }),
    { definition: { params: { max_tokens: 50 } } },
  ],
  ["litellm_params.stop", at(13, { stop: ["END"] }), { definition: { params: { stop: ["END"] } } }],
  ["litellm_params.seed", at(14, { seed: 7 }), { definition: { params: { seed: 7 } } }],
  [
    "litellm_params.response_format",
    at(15, { response_format: { type: "json_object" } }),
    { definition: { params: { response_format: { type: "json_object" } } } },
  ],
  [
    "litellm_params.reasoning_effort",
    at(16, { reasoning_effort: "low" }),
    { definition: { params: { reasoning_effort: "low" } } },
  ],
  [
    "model_info.base_model",
    {
      litellm_params: {
        model: "azure/up-17",
        api_base: "https://five.openai.azure.com",
        api_key: "os.environ/MIGRATE_API_KEY",
      },
      model_info: { base_model: "azure/gpt-4o" },
    },
    { connection: { azure: { deployments: [{ name: "up-17", model: "gpt-4o" }] } } },
  ],
  [
    "model_info.supports_vision",
    at(18, {}, { model_info: { supports_vision: true } }),
    { capabilities: { vision: { value: true, source: "declared" } } },
  ],
  [
    "model_info.supports_function_calling",
    at(19, {}, { model_info: { supports_function_calling: false } }),
    { capabilities: { tools: { value: false, source: "declared" } } },
  ],
  [
    "model_info.max_input_tokens",
    at(20, {}, { model_info: { max_input_tokens: 8_000 } }),
    { definition: { meta: { extra: { litellm_model_info: { max_input_tokens: 8_000 } } } } },
  ],
];

describe("of LiteLLM's config.yaml", () => {
  test.each(keys)("%s is taken over", async (path, entry, made) => {
    const found = await importEntry(`of ${path}`, entry);

    expect(found.report.items.map((item) => item.error?.message ?? "")).toStrictEqual(
      found.report.items.map(() => ""),
    );
    expect(found).toMatchObject(made);
    expect(found.report.counts).toMatchObject({ invalid: 0, forbidden: 0, conflict: 0 });
  });

  test("router_settings.model_group_alias is taken over", async () => {
    const router = {
      router_settings: { model_group_alias: { nickname: "named", other: { model: "named" } } },
    };

    await importEntry("named", at(30, { seed: 1 }), router);

    for (const id of ["nickname", "other"]) {
      expect((await ada.trpc.models.get.query({ id })).definition).toMatchObject({ baseId: "named" });
    }
  });

  test("at least fifteen keys are shown", () => {
    expect(new Set(keys.map(([path]) => path)).size).toBeGreaterThanOrEqual(15);
  });

  test.each([
    ["litellm_params.rpm", at(40, { rpm: 6 }), {}],
    ["litellm_params.timeout", at(41, { timeout: 30 }), {}],
    ["litellm_params.input_cost_per_token", at(42, { input_cost_per_token: 0.1 }), {}],
    ["litellm_params.made_up", at(43, { made_up: 1 }), {}],
    ["model_info.mode", at(44, {}, { model_info: { mode: "chat" } }), {}],
    ["another_key", at(45, {}, { another_key: 1 }), {}],
    ["litellm_settings.drop_params", at(46), { litellm_settings: { drop_params: true } }],
    ["router_settings.routing_strategy", at(47), { router_settings: { routing_strategy: "least-busy" } }],
    ["general_settings.master_key", at(48), { general_settings: { master_key: "sk-canary-master" } }],
    ["environment_variables.FOO", at(49), { environment_variables: { FOO: "canary" } }],
    ["mcp_servers", at(50), { mcp_servers: [] }],
  ])("%s is told as left out, by its path and without its value", async (path, entry, sections) => {
    const { report } = await importEntry(`left ${path}`, entry, sections);

    const notes = [...report.notes, ...report.items.flatMap((item) => item.notes)];

    expect(notes).toContainEqual(
      expect.stringMatching(`${path.replaceAll(".", "\\.")}: has no counterpart here and was left out`),
    );
    expect(JSON.stringify(report)).not.toContain("canary");
  });

  test("os.environ/… is a reference that stays one, and no value goes anywhere", async () => {
    const { connection } = await importEntry("referred", at(60, { api_key: "os.environ/MIGRATE_API_KEY" }));

    const { text } = await ada.trpc.documents.export.query({ format: "yaml" });

    expect(connection?.slug).toBeDefined();
    expect(text).toContain("env:MIGRATE_API_KEY");
    expect(text + server.logged()).not.toContain("sk-from-the-environment");
  });
});

import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const picture =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let ollama: SimulatedOllama;
let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;
let teamId: string;

beforeAll(async () => {
  ollama = await startSimulatedOllama({ models: ["llama3.2:latest", "qwen3:8b"] });
  server = await startTestServer({ AZURE_API_KEY: "sk-azure", GROQ_API_KEY: "sk-groq" });
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
  eve = await addMember(server, ada, "Eve");
  ({ id: teamId } = await ada.trpc.groups.create.mutate({ name: "Team", memberIds: [bob.id] }));
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
    defaultVisibility: { kind: "public" },
  });
  await ada.trpc.connections.refresh.mutate({ uid });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.stop();
});

/** A row as Open WebUI's export has it. */
function row(fields: Record<string, unknown>) {
  return {
    user_id: "11111111-aaaa-4aaa-8aaa-111111111111",
    base_model_id: "qwen3:8b",
    name: String(fields["id"]),
    params: {},
    meta: { profile_image_url: "/static/favicon.png", description: null, capabilities: null },
    access_control: {},
    is_active: true,
    updated_at: 1_760_000_000,
    created_at: 1_750_000_000,
    ...fields,
  };
}

function importRows(person: Person, value: unknown, options: { strict?: boolean; dryRun?: boolean } = {}) {
  return person.trpc.documents.import.mutate({
    format: "open-webui",
    text: JSON.stringify(value),
    ...options,
  });
}

test("Open WebUI's export comes in: params get their types, its own keys are kept, pictures stay", async () => {
  const report = await importRows(ada, [
    row({
      id: "typed",
      name: "Typed",
      params: {
        system: "Be kind.",
        temperature: "0.7",
        max_tokens: 256.9,
        num_predict: -1,
        stop: ["###, END"],
        logit_bias: "50256:-100, 11:5",
        seed: 42,
        top_p: null,
        use_mmap: "false",
        function_calling: "native",
        stream_response: false,
        weird_scalar: 3,
        weird_object: { a: 1 },
        custom_params: { mirostat_x: "1", model: "gpt-4" },
      },
      meta: {
        profile_image_url: picture,
        description: "Kind",
        capabilities: { vision: true, web_search: false, citations: true },
        tags: [{ name: "One" }, "Two", { name: "one" }],
        suggestion_prompts: [{ content: "Hi", title: ["Say", "hi"] }],
        toolIds: ["weather"],
        knowledge: [{ id: "k", files: ["x".repeat(20_000)] }],
        hidden: null,
        unknown_key: 7,
      },
    }),
  ]);
  const { definition } = await ada.trpc.models.get.query({ id: "typed" });

  expect(report).toMatchObject({ applied: true, counts: { created: 1 } });
  expect(definition?.params).toStrictEqual({
    system: "Be kind.",
    temperature: 0.7,
    max_tokens: 256,
    stop: ["###", "END"],
    logit_bias: { "50256": -100, "11": 5 },
    seed: 42,
    use_mmap: false,
    custom_params: { mirostat_x: "1", weird_scalar: 3 },
  });
  expect(definition?.meta).toMatchObject({
    profile_image_url: expect.stringMatching(
      /^\/models\/model\/profile\/image\?id=.*&v=[0-9a-f]{64}$/u,
    ) as unknown,
    capabilities: { vision: true },
    tags: [{ name: "One" }, { name: "Two" }],
    suggestion_prompts: [{ content: "Hi", title: ["Say", "hi"] }],
    toolIds: ["weather"],
    unknown_key: 7,
    extra: {
      openwebui_capabilities: { web_search: false, citations: true },
      openwebui_params: {
        function_calling: "native",
        stream_response: false,
        weird_object: { a: 1 },
        model: "gpt-4",
      },
    },
  });
  expect(definition?.meta["knowledge"]).toBeUndefined();
  const notes = report.items[0]?.notes.join("\n") ?? "";
  for (const about of ["temperature", "max_tokens", "num_predict", "stop", "logit_bias", "use_mmap"]) {
    expect(notes).toContain(`params.${about}`);
  }
  for (const about of ["weird_scalar", "weird_object", "meta.knowledge", "custom_params.model"]) {
    expect(notes).toContain(about);
  }
});

test.each([
  ["an array", (rows: unknown[]) => rows],
  ["{models}", (rows: unknown[]) => ({ models: rows })],
  ["one object", (rows: unknown[]) => rows[0]],
  [
    "what the browser saves",
    (rows: unknown[]) =>
      rows.map((info) => ({
        id: "x",
        object: "model",
        owned_by: "ollama",
        preset: true,
        params: { temperature: 1 },
        info,
      })),
  ],
])("the file may be %s", async (what, wrap) => {
  const id = `shape-${what.replaceAll(/\W+/gu, "-")}`;

  const report = await importRows(ada, wrap([row({ id })]));

  expect(report.items).toMatchObject([{ name: expect.anything() as unknown, outcome: "created" }]);
  expect((await ada.trpc.models.get.query({ id })).id).toBe(id);
});

test("a listed model without a row is nothing to import, and a row of a provider's own model is its override", async () => {
  const report = await importRows(ada, [
    { id: "qwen3:8b", object: "model", name: "qwen3:8b", owned_by: "ollama" },
    row({ id: "llama3.2:latest", base_model_id: null, name: "Llama, small", access_control: null }),
  ]);

  expect(report.items.map(({ outcome }) => outcome)).toStrictEqual(["unchanged", "created"]);
  expect(await bob.trpc.models.get.query({ id: "llama3.2" })).toMatchObject({
    name: "Llama, small",
    visibility: "public",
  });
});

test("people and groups are found by e-mail and name, and who is not is left out, never replaced", async () => {
  const foreign = {
    bob: "22222222-aaaa-4aaa-8aaa-111111111111",
    gone: "33333333-aaaa-4aaa-8aaa-111111111111",
  };
  const report = await ada.trpc.documents.import.mutate({
    format: "open-webui",
    text: JSON.stringify({
      users: [{ id: foreign.bob, email: "Bob@Example.com" }],
      models: [
        row({
          id: "shared-in",
          access_control: { read: { user_ids: [foreign.bob, foreign.gone], group_ids: ["g-1", "g-2"] } },
        }),
        row({
          id: "lost-all",
          access_control: undefined,
          access_grants: [{ principal_type: "user", principal_id: foreign.gone, permission: "write" }],
        }),
        row({ id: "says-nothing", access_control: undefined }),
        row({ id: "contradicts", access_control: null, access_grants: [] }),
      ],
    }),
    principals: { groups: { "g-1": "team" } },
  });

  const access = async (id: string) => (await ada.trpc.models.get.query({ id })).definition?.access;
  expect(report.items.map(({ outcome }) => outcome)).toStrictEqual([
    "created",
    "created",
    "created",
    "invalid",
  ]);
  expect(report.items[0]?.notes).toStrictEqual([expect.stringContaining("2 of those")]);
  expect(await access("shared-in")).toStrictEqual({
    kind: "restricted",
    read: { userIds: [bob.id], groupIds: [teamId] },
    write: { userIds: [], groupIds: [] },
  });
  expect([await access("lost-all"), await access("says-nothing")]).toStrictEqual([
    { kind: "private" },
    { kind: "private" },
  ]);
});

test("[AC-04] a member imports what they could write one by one, and shares no wider than they may", async () => {
  await ada.trpc.models.create.mutate({ id: "adas", name: "Ada's", baseModelId: "qwen3:8b" });
  await ada.trpc.models.create.mutate({
    id: "adas-shown",
    name: "Shown",
    baseModelId: "qwen3:8b",
    access: {
      kind: "restricted",
      read: { groupIds: [teamId], userIds: [] },
      write: { groupIds: [], userIds: [] },
    },
  });
  await bob.trpc.models.create.mutate({
    id: "bobs",
    name: "Bob's",
    baseModelId: "qwen3:8b",
    meta: { profile_image_url: picture },
  });

  const report = await importRows(bob, [
    row({ id: "adas", name: "Taken" }),
    row({ id: "adas-shown", name: "Taken" }),
    row({ id: "bobs", name: "Bob's own", access_control: null }),
    row({ id: "no-base", base_model_id: "vanished" }),
    row({ id: "qwen3:8b", base_model_id: null, name: "Mine now" }),
    row({ id: "new", access_control: { read: { user_ids: [eve.id], group_ids: [teamId] } } }),
    row({ id: "", name: "" }),
    "not even an object",
  ]);

  expect(report.items.map(({ outcome }) => outcome)).toStrictEqual([
    "conflict",
    "forbidden",
    "updated",
    "invalid",
    "forbidden",
    "created",
    "invalid",
    "invalid",
  ]);
  const kept = await ada.trpc.models.get.query({ id: "adas" });
  const own = await bob.trpc.models.get.query({ id: "bobs" });
  expect([kept.name, kept.revision, own.name, own.visibility]).toStrictEqual([
    "Ada's",
    1,
    "Bob's own",
    "private",
  ]);
  // no picture in the file is no wish to lose one
  expect(own.definition?.meta["profile_image_url"]).toMatch(/&v=[0-9a-f]{64}$/u);
});

test("an administrator's import stores a model whose base is not here, and says so", async () => {
  const report = await importRows(ada, [row({ id: "orphan", base_model_id: "vanished:7b" })]);

  expect(report.items[0]).toMatchObject({
    outcome: "created",
    notes: [expect.stringContaining("vanished:7b")],
  });
  expect((await ada.trpc.models.get.query({ id: "orphan" })).status).toBe("base_missing");
});

test("a dry run and a strict import that would fail give the report and write nothing", async () => {
  const rows = [row({ id: "maybe" }), row({ id: "never", params: { temperature: 9 } })];

  const dry = await importRows(ada, rows, { dryRun: true });
  const strict = await importRows(ada, rows, { strict: true });
  const missing = await failureOf(ada.trpc.models.get.query({ id: "maybe" }));

  expect(dry).toMatchObject({ applied: false, counts: { created: 1, invalid: 1 } });
  expect(strict).toMatchObject({ applied: false, counts: { created: 1, invalid: 1 } });
  expect(missing.errorCode).toBe("model_not_found");
});

test.each(["7", '{"hello":"world"}', "just text", "[[["])("%s is no export and is refused", async (text) => {
  const failure = await failureOf(ada.trpc.documents.import.mutate({ format: "open-webui", text }));

  expect(failure.errorCode).toBe("invalid_input");
});

const litellm = (url: string) => `
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: azure/gpt-4o-eu
      api_base: https://my-endpoint.openai.azure.com/
      api_version: "2024-10-21"
      api_key: os.environ/AZURE_API_KEY
      rpm: 6
      temperature: "0.2"
    model_info:
      base_model: azure/gpt-4o
      supports_vision: true
  - model_name: gpt-4o
    litellm_params:
      model: azure/gpt-4o-us
      api_base: https://my-endpoint.openai.azure.com/
      api_version: "2024-10-21"
      api_key: os.environ/AZURE_API_KEY
  - model_name: fast
    litellm_params:
      model: groq/llama-3.3-70b
      api_base: ${url}/v1
      api_key: sk-in-the-file
      max_tokens: 100
      extra_body: {service_tier: flex}
  - model_name: llama-3.3-70b
    litellm_params: {model: groq/llama-3.3-70b, api_base: "${url}/v1", api_key: sk-in-the-file}
  - model_name: local
    litellm_params: {model: ollama_chat/phi3, api_base: "${url}"}
  - model_name: unset
    litellm_params: {model: openai/o9, api_base: "${url}/v1", api_key: os.environ/NOBODY_API_KEY}
  - model_name: claude
    litellm_params: {model: anthropic/claude-sonnet, api_key: os.environ/ANTHROPIC_API_KEY}
router_settings:
  routing_strategy: least-busy
  model_group_alias: {quick: fast}
general_settings:
  master_key: sk-master-in-the-file
`;

test("LiteLLM's config.yaml becomes connections and models, and tells what it left out", async () => {
  const text = litellm("http://127.0.0.1:9");

  const dry = await ada.trpc.documents.import.mutate({ format: "litellm", text, dryRun: true });
  const report = await ada.trpc.documents.import.mutate({ format: "litellm", text });
  const again = await ada.trpc.documents.import.mutate({ format: "litellm", text });
  const { connections } = await ada.trpc.connections.list.query();

  expect(report.items.map(({ kind, name, outcome }) => `${outcome} ${kind} ${name}`)).toStrictEqual([
    "invalid model claude",
    "created connection litellm-azure",
    "created connection litellm-groq",
    "created connection litellm-ollama-chat",
    "created connection litellm-openai",
    "created model gpt-4o",
    "created model fast",
    "created model local",
    "created model unset",
    "created model quick",
  ]);
  expect(dry).toMatchObject({ applied: false, counts: { created: 9, invalid: 1 } });
  expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: 9 });
  const { definition } = await ada.trpc.models.get.query({ id: "gpt-4o" });
  expect(definition).toMatchObject({
    baseId: "gpt-4o-eu",
    params: { temperature: 0.2 },
    meta: { capabilities: { vision: true } },
  });
  const fast = await ada.trpc.models.get.query({ id: "fast" });
  expect(fast.definition?.params).toStrictEqual({ max_tokens: 100, custom_params: { service_tier: "flex" } });
  expect(connections.find(({ slug }) => slug === "litellm-azure")).toMatchObject({
    provider: "azure-openai",
    authType: "api-key",
    azure: {
      apiVersion: "2024-10-21",
      deployments: [{ name: "gpt-4o-eu", model: "gpt-4o" }, { name: "gpt-4o-us" }],
    },
    keyFingerprint: expect.any(String) as unknown,
  });
  expect(connections.find(({ slug }) => slug === "litellm-groq")?.keyFingerprint).not.toBeNull();
  const said = JSON.stringify(report);
  for (const about of [
    "litellm_params.rpm",
    "router_settings.routing_strategy",
    "general_settings.master_key",
    "more than one deployment",
    "NOBODY_API_KEY",
    "in the file itself",
  ]) {
    expect(said).toContain(about);
  }
  const exported = await ada.trpc.documents.export.query({});
  expect(said + exported.text + server.logged()).not.toMatch(/sk-in-the-file|sk-master|sk-azure/u);
});

test("a member cannot import connections, and a file without models is none", async () => {
  const report = await bob.trpc.documents.import.mutate({
    format: "litellm",
    text: litellm("http://127.0.0.1:9"),
  });
  const failure = await failureOf(ada.trpc.documents.import.mutate({ format: "litellm", text: "a: 1" }));

  expect(
    new Set(report.items.filter(({ kind }) => kind === "connection").map(({ outcome }) => outcome)),
  ).toStrictEqual(new Set(["forbidden"]));
  expect(failure).toMatchObject({
    errorCode: "invalid_input",
    message: expect.stringContaining("model_list") as unknown,
  });
});

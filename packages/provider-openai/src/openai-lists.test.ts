import { inOnePiece, serveInProcess, type Script, type ScriptedReply } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { createOpenAIProvider } from "./openai-provider.ts";
import type { ServerKind } from "./servers/quirks.ts";

const options = { signal: new AbortController().signal };
const json = (value: unknown): ScriptedReply => ({
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

const missing: ScriptedReply = { status: 404, body: "Not found" };

async function providerOn(script: Script) {
  const { transport, requests } = await serveInProcess(script, inOnePiece);
  return { provider: createOpenAIProvider({ baseUrl: "http://upstream.test/v1", transport }), requests };
}

async function list(answer: unknown) {
  const { provider } = await providerOn(() => json(answer));
  return provider.listModels(options);
}

describe("[vector 33] model lists", () => {
  test.each([
    ["OpenAI's", { object: "list", data: [{ id: "a", object: "model", created: 1, owned_by: "x" }] }, ["a"]],
    ["a bare array", [{ id: "a" }, { id: "b" }], ["a", "b"]],
    ["data: null", { object: "list", data: null }, []],
    ["models", { models: [{ id: "a" }, { key: "b" }, { name: "c" }] }, ["a", "b", "c"]],
    ["both data and models", { models: [{ name: "no" }], data: [{ id: "a" }] }, ["a"]],
    ["strings", { data: ["a", "b", "a"] }, ["a", "b"]],
  ])("%s", async (_, answer, ids) => {
    expect((await list(answer)).models.map((model) => model.id)).toEqual(ids);
  });

  test.each([[{ ok: true }], ["text"], [null], [7]])("%j is none", async (answer) => {
    await expect(list(answer)).rejects.toMatchObject({ code: "upstream_invalid_response" });
  });

  test("an error with status 200 is an error", async () => {
    await expect(list({ error: "forbidden" })).rejects.toMatchObject({ code: "upstream_error" });
  });

  test("[vector 34] keeps ids as they are", async () => {
    const ids = ["a/b:c@d", "My Model.gguf", "50% off", "模型", "x".repeat(200)];

    expect((await list({ data: ids.map((id) => ({ id })) })).models.map((model) => model.id)).toEqual(ids);
  });

  test("keeps 5,000 of 100,000 and counts the rest", async () => {
    const { models, dropped } = await list(Array.from({ length: 100_000 }, (_, at) => ({ id: `m${at}` })));

    expect([models.length, dropped]).toEqual([5_000, 95_000]);
  });

  test("reads all pages, and stops where a server repeats itself for ever", async () => {
    const paged = await providerOn(({ path }) =>
      json(
        path.includes("after_id=a%2F1")
          ? { data: [{ id: "b" }], has_more: false, last_id: "b" }
          : { data: [{ id: "a/1" }], has_more: true, last_id: "a/1" },
      ),
    );
    const endless = await providerOn(() => json({ data: [{ id: "a" }], has_more: true, last_id: "a" }));

    expect((await paged.provider.listModels(options)).models.map((model) => model.id)).toEqual(["a/1", "b"]);
    expect((await endless.provider.listModels(options)).models).toHaveLength(1);
    expect(endless.requests).toHaveLength(20);
  });
});

describe("[vector 33] which server it is", () => {
  const entry = { id: "a", object: "model", created: 1_787_300_000, owned_by: "x" };
  test.each<[ServerKind, unknown]>([
    ["vllm", { data: [{ ...entry, owned_by: "vllm", max_model_len: 9 }] }],
    ["llamacpp", { models: [{ name: "a" }], data: [{ ...entry, owned_by: "llamacpp", meta: null }] }],
    ["llamacpp-router", { data: [{ ...entry, owned_by: "llamacpp", status: { value: "unloaded" } }] }],
    ["lmstudio", { data: [{ ...entry, owned_by: "organization_owner" }] }],
    [
      "localai",
      {
        data: [
          { id: "a", object: "model" },
          { id: "loose.file", object: "model" },
        ],
      },
    ],
    ["litellm", { data: [{ ...entry, created: 1_677_610_602, owned_by: "openai" }] }],
    [
      "ollama-v1",
      {
        data: [
          { ...entry, owned_by: "library" },
          { ...entry, id: "b", owned_by: "me" },
        ],
      },
    ],
    ["generic", { data: [entry] }],
    ["generic", { data: [{ ...entry, owned_by: "vllm" }, entry] }],
    ["generic", { data: ["a", "b"] }],
    ["generic", { data: [] }],
    ["generic", { data: null }],
  ])("is %s by the list %j", async (kind, answer) => {
    const { provider } = await providerOn(({ path }) => (path === "/v1/models" ? json(answer) : missing));

    await provider.listModels(options);

    expect(provider.server).toBe(kind);
  });

  test("is remembered while a list is empty, and learned anew when another server answers", async () => {
    const owners = ["vllm", undefined, "llamacpp"];
    const { provider } = await providerOn(() => {
      const owner = owners.shift();
      return json({ data: owner === undefined ? [] : [{ ...entry, owned_by: owner }] });
    });

    const known: ServerKind[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await provider.listModels(options);
      known.push(provider.server);
    }

    expect(known).toEqual(["vllm", "vllm", "llamacpp"]);
  });

  test("is what the settings say, whatever the list says", async () => {
    const { transport } = await serveInProcess(
      () => json({ data: [{ ...entry, owned_by: "vllm" }] }),
      inOnePiece,
    );
    const provider = createOpenAIProvider({ baseUrl: "http://upstream.test", transport, server: "groq" });

    await provider.listModels(options);

    expect(provider.server).toBe("groq");
  });
});

describe("lists of a server's own", () => {
  const lmStudio = { data: [{ id: "a", object: "model", owned_by: "organization_owner" }] };

  test.each<[string, ScriptedReply]>([
    ["is missing", { status: 404, body: "Not found" }],
    ["is refused", { status: 401, body: "{}" }],
    ["is nonsense", { body: "<html>" }],
  ])("are done without where one %s", async (_, reply) => {
    const { provider, requests } = await providerOn(({ path }) =>
      path === "/v1/models" ? json(lmStudio) : reply,
    );

    const { models } = await provider.listModels(options);

    expect(models).toEqual([{ id: "a", facts: { ownedBy: "organization_owner" } }]);
    expect(requests.map((request) => request.path)).toEqual(["/v1/models", "/api/v1/models"]);
  });

  test("of LiteLLM add facts, and nothing of how it reaches its own providers", async () => {
    const info = {
      model_name: "a",
      litellm_params: { api_base: "http://10.0.0.1/v1", api_key: "sk-inner" },
      model_info: {
        mode: "chat",
        max_input_tokens: 9,
        max_output_tokens: 3,
        supports_function_calling: true,
        supports_vision: false,
      },
    };
    const { provider } = await providerOn(({ path }) =>
      json(
        path === "/v1/models"
          ? { data: [{ id: "a", object: "model", created: 1_677_610_602, owned_by: "openai" }] }
          : { data: [info] },
      ),
    );

    expect((await provider.listModels(options)).models).toEqual([
      {
        id: "a",
        facts: {
          ownedBy: "openai",
          contextLength: 9,
          maxOutputTokens: 3,
          capabilities: ["completion", "tools"],
        },
      },
    ]);
  });

  test("Anthropic's is asked for in large pages, with the key in its own header", async () => {
    const pages = [
      {
        data: [{ id: "b", type: "model", display_name: "B", created_at: "x" }],
        has_more: false,
        last_id: "b",
      },
      {
        data: [{ id: "a", type: "model", display_name: "A", created_at: "x" }],
        has_more: true,
        last_id: "a",
      },
    ];
    const { transport, requests } = await serveInProcess(() => json(pages.pop()), inOnePiece);
    const provider = createOpenAIProvider({
      baseUrl: "https://api.anthropic.com/v1",
      auth: { type: "bearer", key: "sk-ant" },
      transport,
    });

    const { models } = await provider.listModels(options);

    expect(models.map((model) => model.id)).toEqual(["a", "b"]);
    expect(requests.map((request) => request.path)).toEqual([
      "/v1/models?limit=1000",
      "/v1/models?limit=1000&after_id=a",
    ]);
    expect(requests[0]?.headers).toMatchObject({ "x-api-key": "sk-ant", "anthropic-version": "2023-06-01" });
    expect(requests[0]?.headers).not.toHaveProperty("authorization");
  });
});

describe("llama.cpp's router", () => {
  const listed = (value: string, more: object = {}) => ({
    data: [
      { id: "a/b", owned_by: "llamacpp", status: { value, args: ["--model", "/srv/secret.gguf"], ...more } },
    ],
  });

  test("loads, unloads and tells states, and is there only once the server is known for it", async () => {
    const states = [listed("unloaded"), listed("loaded"), listed("unloaded", { failed: true, exit_code: 1 })];
    const { provider, requests } = await providerOn(({ path }) =>
      json(
        path === "/v1/models" ? listed("unloaded") : path === "/models" ? states.shift() : { success: true },
      ),
    );

    const before = provider.router;
    await provider.listModels(options);
    const { router } = provider;
    const first = await router?.getState("a/b", options);
    await router?.load("a/b", options);
    const second = await router?.listStates(options);
    await router?.unload("a/b", options);

    expect(before).toBeUndefined();
    expect([first, second]).toEqual([
      { id: "a/b", state: "unloaded", hasFailed: false },
      [{ id: "a/b", state: "loaded", hasFailed: false }],
    ]);
    expect(await router?.getState("a/b", options)).toEqual({
      id: "a/b",
      state: "unloaded",
      hasFailed: true,
      exitCode: 1,
    });
    expect(
      requests.filter((request) => request.method === "POST").map(({ path, body }) => [path, body]),
    ).toEqual([
      ["/models/load", '{"model":"a/b"}'],
      ["/models/unload", '{"model":"a/b"}'],
    ]);
  });

  test.each<[string, ScriptedReply, string]>([
    [
      "an unknown model",
      {
        status: 400,
        body: JSON.stringify({
          error: { code: 400, message: "model 'x' not found", type: "invalid_request_error" },
        }),
      },
      "upstream_not_found",
    ],
    [
      "a refusal with status 200",
      json({ success: false, error: { message: "busy", code: 503 } }),
      "upstream_unavailable",
    ],
  ])("says %s", async (_, reply, code) => {
    const { provider } = await providerOn(({ path }) =>
      path === "/v1/models" ? json(listed("loaded")) : reply,
    );
    await provider.listModels(options);

    await expect(provider.router?.load("x", options)).rejects.toMatchObject({ code });
  });

  test("knows no state of a model that is not listed, and a new one as unknown", async () => {
    const { provider } = await providerOn(() => json(listed("hibernating")));
    await provider.listModels(options);

    expect(await provider.router?.listStates(options)).toMatchObject([{ state: "unknown" }]);
    await expect(provider.router?.getState("x", options)).rejects.toMatchObject({
      code: "upstream_not_found",
    });
  });
});

describe("facts", () => {
  test.each([
    [
      "vLLM",
      { id: "m", owned_by: "vllm", created: 1_787_300_000, max_model_len: 4096 },
      { contextLength: 4096, ownedBy: "vllm" },
    ],
    [
      "llama.cpp",
      {
        id: "m",
        owned_by: "llamacpp",
        meta: { n_ctx: 8192, n_ctx_train: 131072, size: 7, ftype: "Q4_K - Medium" },
      },
      { contextLength: 8192, sizeBytes: 7, quantization: "Q4_K - Medium", ownedBy: "llamacpp" },
    ],
    ["llama.cpp while it loads", { id: "m", meta: null }, {}],
    [
      "llama.cpp's router, which has not looked into the model yet",
      {
        id: "m",
        status: { value: "unloaded" },
        architecture: { input_modalities: ["text"], output_modalities: ["text"] },
      },
      { capabilities: ["completion"] },
    ],
    [
      "OpenRouter",
      {
        id: "m",
        context_length: null,
        architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
        supported_parameters: ["tools", "reasoning"],
        top_provider: { context_length: 99, max_completion_tokens: 9 },
        expiration_date: "2026-12-31",
      },
      {
        capabilities: ["completion", "tools", "vision", "thinking"],
        lacks: ["audio", "image"],
        contextLength: 99,
        maxOutputTokens: 9,
        retiresAt: "2026-12-31T00:00:00.000Z",
      },
    ],
    [
      "Groq",
      { id: "m", context_window: 7, max_completion_tokens: 3 },
      { contextLength: 7, maxOutputTokens: 3 },
    ],
    [
      "Mistral",
      {
        id: "m",
        max_context_length: 5,
        capabilities: { completion_chat: true, function_calling: true, vision: false },
        aliases: ["m", "m-latest"],
        deprecation: "2027-03-01T12:00:00Z",
      },
      {
        contextLength: 5,
        capabilities: ["completion", "tools"],
        lacks: ["vision"],
        aliases: ["m-latest"],
        retiresAt: "2027-03-01T12:00:00.000Z",
      },
    ],
    [
      "LM Studio",
      {
        key: "m",
        type: "llm",
        publisher: "p",
        architecture: "llama",
        quantization: { name: "Q4" },
        params_string: "8B",
        size_bytes: 3,
        format: "gguf",
        max_context_length: 4,
        capabilities: { vision: true, trained_for_tool_use: false },
      },
      {
        contextLength: 4,
        capabilities: ["completion", "vision"],
        family: "llama",
        quantization: "Q4",
        parameterSize: "8B",
        sizeBytes: 3,
        format: "gguf",
        ownedBy: "p",
      },
    ],
    [
      "Together",
      { id: "m", type: "embedding", organization: "o", context_length: 512 },
      {
        capabilities: ["embedding"],
        lacks: ["completion", "tools", "vision"],
        contextLength: 512,
        ownedBy: "o",
      },
    ],
    [
      "Fireworks",
      { id: "m", supports_chat: true, supports_tools: true, supports_image_input: false, context_length: 1 },
      { capabilities: ["completion", "tools"], lacks: ["vision"], contextLength: 1 },
    ],
    [
      "Azure",
      {
        id: "m",
        status: "succeeded",
        capabilities: { fine_tune: false, inference: true, chat_completion: true, embeddings: false },
        deprecation: { inference: 1_800_000_000 },
      },
      { capabilities: ["completion"], lacks: ["embedding"], retiresAt: "2027-01-15T08:00:00.000Z" },
    ],
    [
      "a server that lists some capabilities by name",
      { id: "m", capabilities: ["completion", "telepathy"] },
      { capabilities: ["completion"] },
    ],
    ["wrong types", { id: "m", context_length: "many", owned_by: 7, capabilities: [] }, {}],
  ])("of %s", async (_, entry, facts) => {
    expect((await list({ data: [entry] })).models).toEqual([{ id: "m", facts }]);
  });
});

describe("embeddings", () => {
  test("[vector 59] asks in batches of 2,048 and keeps the order", async () => {
    const { provider, requests } = await providerOn(({ body }) => {
      // safe: written by the provider under test
      const { input } = JSON.parse(body) as { input: string[] };
      const data = input.map((text, index) => ({ index, embedding: [Number(text)] })).toReversed();
      return json({ data, usage: { prompt_tokens: input.length } });
    });

    const answer = await provider.embed(
      { model: "m", input: Array.from({ length: 3_000 }, (_, at) => String(at)), dimensions: 1 },
      options,
    );

    expect(requests.map((request) => request.path)).toEqual(["/v1/embeddings", "/v1/embeddings"]);
    expect(answer.embeddings.map(([value]) => value)).toEqual(Array.from({ length: 3_000 }, (_, at) => at));
    expect(answer.promptTokens).toBe(3_000);
  });

  test("[vector 59] reads base64 as well, and cuts what a server that ignores dimensions gives whole", async () => {
    const floats = new Float32Array([3, 4, 12]);
    const base64 = Buffer.from(floats.buffer).toString("base64");
    const { provider } = await providerOn(() => json({ data: [{ embedding: base64 }] }));

    const whole = await provider.embed({ model: "m", input: ["x"] }, options);
    const cut = await provider.embed({ model: "m", input: ["x"], dimensions: 2 }, options);

    expect(whole.embeddings).toEqual([[3, 4, 12]]);
    expect(cut.embeddings).toEqual([[0.6, 0.8]]);
  });

  test.each([
    [{ data: [] }, "upstream_invalid_response"],
    [{ data: [{ embedding: "AAA" }] }, "upstream_invalid_response"],
    [{ data: [{ embedding: "*" }] }, "upstream_invalid_response"],
    [{ data: [{ embedding: ["x"] }] }, "upstream_invalid_response"],
    [{ error: { message: "not enabled", code: 501, type: "not_supported_error" } }, "upstream_rejected"],
  ])("refuses the answer %j", async (answer, code) => {
    const { provider } = await providerOn(() => json(answer));

    await expect(provider.embed({ model: "m", input: ["x"] }, options)).rejects.toMatchObject({ code });
  });
});

import type { ChatStreamPart, ProviderChatRequest } from "@corral/core";
import { inOnePiece, serveInProcess, type Script, type ScriptedReply } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { promptResults, report } from "./__fixtures__/azure-scenarios.ts";
import { chunk, completion, ending, events } from "./__fixtures__/openai-scenarios.ts";
import { createAzureOpenAIProvider } from "./azure-openai-provider.ts";
import type { AzureOpenAIProviderSettings } from "./azure-settings.ts";

const options = { signal: new AbortController().signal };
const classic = { apiVersion: "2024-10-21" };
const sse = (...values: readonly (object | string)[]) => ({
  headers: { "content-type": "text/event-stream" },
  body: events(...values),
});
const json = (value: unknown, status = 200) => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});
const answer: ScriptedReply = {
  headers: { "content-type": "application/json" },
  body: completion({ content: "a" }, "stop"),
};

async function azureOn(script: Script | ScriptedReply, settings: Partial<AzureOpenAIProviderSettings> = {}) {
  const follow = typeof script === "function" ? script : () => script;
  const { baseUrl, transport, requests } = await serveInProcess(follow, inOnePiece);
  const key = { type: "api-key" as const, key: "canary-azure-key" };
  return {
    provider: createAzureOpenAIProvider({ baseUrl, transport, auth: key, ...settings }),
    requests,
    baseUrl,
    transport,
  };
}

const ask = (model: string, more: Partial<ProviderChatRequest> = {}): ProviderChatRequest => ({
  model,
  messages: [{ role: "user", content: "Hi" }],
  params: {},
  ...more,
});

async function partsOf(reply: ScriptedReply, more: Partial<ProviderChatRequest> = {}) {
  const { provider } = await azureOn(reply);
  const { batches } = await provider.streamChat(ask("chat-prod", more), options);
  return collect(batches);
}

async function collect(
  batches: AsyncIterable<readonly ChatStreamPart[]>,
): Promise<readonly ChatStreamPart[]> {
  const parts: ChatStreamPart[] = [];
  for await (const batch of batches) parts.push(...batch);
  return parts;
}

const failureOf = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("[vector 55] requests", () => {
  test("go to a path for each deployment on the classic surface, with the key in its own header", async () => {
    const { provider, requests } = await azureOn(answer, classic);

    await provider.chat(ask("chat prod"), options);

    expect(requests[0]).toMatchObject({
      path: "/openai/deployments/chat%20prod/chat/completions?api-version=2024-10-21",
      headers: { "api-key": "canary-azure-key" },
    });
    expect(requests[0]?.headers).not.toHaveProperty("authorization");
  });

  test("name the deployment in the body on the v1 surface, whatever it is called", async () => {
    const { provider, requests } = await azureOn(answer);

    await provider.chat(ask("../../admin/x"), options);

    expect(requests[0]?.path).toBe("/openai/v1/chat/completions");
    expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({ model: "../../admin/x" });
  });

  test.each(["../../admin/x", "a?b", "%2e%2e%2f", ".."])(
    "never leave for a deployment called %j",
    async (name) => {
      const { provider, requests } = await azureOn(answer, classic);

      const failures = await Promise.all(
        [
          provider.chat(ask(name), options),
          provider.streamChat(ask(name), options),
          provider.embed({ model: name, input: ["a"] }, options),
        ].map(failureOf),
      );

      expect(failures).toEqual(
        Array.from({ length: 3 }, () => expect.objectContaining({ code: "invalid_input" })),
      );
      expect(requests).toHaveLength(0);
    },
  );

  test("carry fields of Azure's own, and none that only open servers know", async () => {
    const { provider, requests } = await azureOn(answer);
    const data = [{ type: "azure_search", parameters: { endpoint: "https://search.test" } }];

    const { notes } = await provider.chat(
      ask("gpt", { params: { top_k: 5 }, extensions: { data_sources: data } }),
      options,
    );

    expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({ data_sources: data });
    expect(notes).toMatchObject([{ param: "top_k", action: "dropped" }]);
  });

  test("of other kinds go where the classic surface has them", async () => {
    const { provider, requests } = await azureOn(answer, { apiVersion: "2025-04-01-preview" });
    const calls = [
      provider.complete({ model: "gpt", prompt: "a", params: {} }, options),
      provider.embed({ model: "gpt", input: ["a"] }, options),
      provider.responses.create({ model: "gpt", input: "a" }, options),
    ];

    await Promise.allSettled(calls);

    expect(requests.map(({ path }) => path.split("?")[0])).toEqual([
      "/openai/deployments/gpt/completions",
      "/openai/deployments/gpt/embeddings",
      "/openai/responses",
    ]);
  });

  test("answered whole keep what the filters found", async () => {
    const found = { prompt_filter_results: promptResults.prompt_filter_results };
    const { provider } = await azureOn(
      json({ ...JSON.parse(completion({ content: "a" }, "stop")), ...found }),
    );

    const { completion: whole } = await provider.chat(ask("gpt", { prefer: "openai" }), options);

    expect(whole.raw).toMatchObject({ id: "chatcmpl-AbC123", ...found });
  });

  test("show the very address in a preview", async () => {
    const { provider, baseUrl } = await azureOn(answer, classic);

    expect(provider.previewChat(ask("gpt")).url).toBe(
      `${baseUrl}/openai/deployments/gpt/chat/completions?api-version=2024-10-21`,
    );
  });
});

describe("[vector 6] filters in a stream", () => {
  const first = chunk({ role: "assistant", content: "" });

  test("change nothing of what the model says", async () => {
    const parts = await partsOf(
      sse(
        promptResults,
        first,
        chunk({ content: "a" }),
        report,
        ...ending("stop").slice(0, 1),
        report,
        ...ending("stop").slice(1),
      ),
    );

    expect(parts.filter((part) => part.type === "text-delta").map((part) => part.text)).toEqual(["a"]);
    expect(parts.filter((part) => part.type === "message-start")).toHaveLength(1);
    expect(parts.slice(-2)).toMatchObject([
      { type: "usage", usage: { promptTokens: 11 } },
      { type: "finish", reason: "stop" },
    ]);
  });

  test.each([
    ["instead of the end", []],
    ["after the end", [chunk({}, { finish_reason: "stop" })]],
  ])("cut the answer %s, in a chunk without a delta", async (_, end) => {
    const cut = {
      ...report,
      choices: [{ index: 0, finish_reason: "content_filter", content_filter_results: {} }],
    };

    const parts = await partsOf(sse(promptResults, first, chunk({ content: "a" }), ...end, cut, "[DONE]"));

    expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "content_filter" });
  });

  test("keep their fields in a raw stream, under the id, model and time of the answer", async () => {
    const parts = await partsOf(
      sse(promptResults, first, chunk({ content: "a" }), report, ...ending("stop")),
      { prefer: "openai" },
    );

    const chunks = parts.flatMap((part) => (part.type === "raw" ? [part.chunk] : []));
    const head = { id: "chatcmpl-AbC123", model: "contract-model-2026-08-01", created: 1_787_300_000 };
    expect(chunks).toEqual(chunks.map(() => expect.objectContaining(head)));
    expect(chunks[0]).toMatchObject({
      prompt_filter_results: promptResults.prompt_filter_results,
      choices: [],
    });
    expect(chunks[3]).toMatchObject({ choices: report.choices });
  });

  test("a raw stream that only reports on the prompt is cut, not silent", async () => {
    await expect(partsOf(sse(promptResults), { prefer: "openai" })).rejects.toMatchObject({
      code: "upstream_truncated",
    });
  });
});

describe("errors", () => {
  const azure = (code: string, message: string) => ({ error: { code, message } });
  test.each([
    [
      401,
      azure("401", "Access denied due to invalid subscription key or wrong API endpoint."),
      "upstream_unauthorized",
      "auth",
    ],
    [
      401,
      azure("PermissionDenied", "The principal lacks the required data action."),
      "upstream_unauthorized",
      "auth",
    ],
    [403, azure("Unauthorized", "Public access is disabled."), "upstream_unauthorized", "auth"],
    [
      404,
      azure("DeploymentNotFound", "The API deployment for this resource does not exist."),
      "upstream_not_found",
      "model_not_found",
    ],
    [404, azure("404", "Resource not found"), "upstream_not_found", "endpoint_not_found"],
    [
      429,
      azure("429", "Exceeded the token rate limit of your pricing tier. Please retry after 6 seconds."),
      "upstream_rate_limited",
      "rate",
    ],
    [408, azure("Timeout", "The operation was timeout."), "upstream_timeout", "timeout"],
    [
      503,
      azure("InternalServerError", "The service is temporarily unable to process your request."),
      "upstream_unavailable",
      "overloaded",
    ],
    [424, azure("424", "Failed dependency."), "upstream_error", "upstream"],
    [400, azure("BadRequest", "API version not supported"), "upstream_rejected", "invalid_request"],
  ])("%i %j", async (...[status, body, code, upstreamClass]) => {
    const { provider, requests } = await azureOn(json(body, status), classic);

    expect(await failureOf(provider.chat(ask("gpt"), options))).toMatchObject({
      code,
      details: { upstreamClass },
    });
    expect(requests.length).toBeGreaterThan(0);
  });

  test.each([
    ["refused", json({ error: { code: "400", message: "No." } }, 400)],
    ["begun with an error", sse({ error: { code: "400", message: "No." } })],
  ])("bear what Azure calls the request: %s", async (_, reply) => {
    const headers = { ...reply.headers, "apim-request-id": "4f0c-7cd2", "x-request-id": "inner" };
    const { provider } = await azureOn({ ...reply, headers });

    const failure = await failureOf(provider.streamChat(ask("chat-prod"), options));

    expect(failure).toMatchObject({ details: { upstreamRequestId: "4f0c-7cd2" } });
  });

  test("bear no id that shows the key", async () => {
    const reply = json({ error: { code: "400", message: "No." } }, 400);
    const { provider } = await azureOn({
      ...reply,
      headers: { ...reply.headers, "apim-request-id": "canary-azure-key" },
    });

    expect(JSON.stringify(await failureOf(provider.chat(ask("chat-prod"), options)))).not.toContain("canary");
  });

  test("a day's wait is a quota, and the hint is cut to one that a connection survives", async () => {
    const body = azure(
      "429",
      "Requests have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 86400 seconds. Please go here: https://aka.ms/oai/quotaincrease to increase it.",
    );
    const { provider, requests } = await azureOn(json(body, 429), classic);

    const failure = await failureOf(provider.chat(ask("gpt"), options));

    expect(failure).toMatchObject({ code: "insufficient_quota" });
    expect(requests).toHaveLength(1);
  });

  test.each(["innererror", "inner_error"])(
    "[vector 57] a prompt that the filter refuses (%s) is content_filtered, and sent once",
    async (inner) => {
      const body = {
        error: {
          message: "The response was filtered due to the prompt triggering the content management policy.",
          type: null,
          param: "prompt",
          code: "content_filter",
          status: 400,
          [inner]: {
            code: "ResponsibleAIPolicyViolation",
            content_filter_result: { violence: { filtered: true } },
          },
        },
      };
      const { provider, requests } = await azureOn(json(body, 400), classic);

      const failure = await failureOf(provider.streamChat(ask("gpt"), options));

      expect(failure).toMatchObject({
        code: "content_filtered",
        details: { param: "prompt", upstreamClass: "content_filter" },
      });
      expect(requests).toHaveLength(1);
    },
  );

  test("never print a token, not even one that came during the call and is told in the stream", async () => {
    const token = "canary~token~shaped~like~nothing";
    const { provider } = await azureOn(
      sse(chunk({ role: "assistant", content: "a" }), {
        error: { code: "500", message: `who is ${token}?` },
      }),
      { auth: { type: "entra", getToken: () => Promise.resolve(token) } },
    );

    const { batches } = await provider.streamChat(ask("gpt"), options);
    const failure = await failureOf(collect(batches));

    expect(failure).toMatchObject({
      code: "upstream_error",
      details: { upstreamMessage: "who is [redacted]?" },
    });
  });
});

describe("rules of the base model behind a deployment", () => {
  const params = { max_tokens: 5, temperature: 0.5, reasoning_effort: "low" } as const;
  const sentFor = async (
    settings: Partial<AzureOpenAIProviderSettings>,
    more: Partial<ProviderChatRequest> = {},
  ) => {
    const { provider } = await azureOn(answer, settings);
    return provider.previewChat(ask("prod", { params, ...more })).body;
  };

  test("are those of the model named by hand", async () => {
    const body = await sentFor({ deployments: [{ name: "prod", model: "o3-mini" }] });

    expect(body).toMatchObject({ max_completion_tokens: 5, reasoning_effort: "low" });
    expect(body).not.toHaveProperty("temperature");
  });

  test("are those of the model that the list names", async () => {
    expect(await sentFor({}, { facts: { family: "gpt-5-mini" } })).not.toHaveProperty("temperature");
  });

  test("are learned from the answer's model, and never from a name given by hand", async () => {
    const thinks = json({
      ...JSON.parse(String("body" in answer ? answer.body : "{}")),
      model: "o3-mini-2025-01-31",
    });
    const open = await azureOn(thinks);
    const named = await azureOn(thinks, { deployments: [{ name: "prod", model: "gpt-4o" }] });

    for (const { provider } of [open, named]) await provider.chat(ask("prod"), options);

    expect(open.provider.previewChat(ask("prod", { params })).body).not.toHaveProperty("temperature");
    expect(named.provider.previewChat(ask("prod", { params })).body).toMatchObject({ temperature: 0.5 });
  });
});

describe("api-versions", () => {
  const schema = { type: "json_schema", json_schema: { name: "a", schema: { type: "object" } } } as const;
  const request = ask("thinker", {
    params: { max_tokens: 5, reasoning_effort: "low", response_format: schema },
    facts: { family: "o3-mini" },
  });
  const previewAt = async (apiVersion: string) => {
    const { provider } = await azureOn(answer, { apiVersion });
    const { body, notes } = provider.previewChat({ ...request, params: { ...request.params, stream: true } });
    const fields = [
      "stream_options",
      "max_tokens",
      "max_completion_tokens",
      "reasoning_effort",
      "response_format",
    ];
    return {
      fields: fields.filter((field) => field in body),
      notes: notes.map(({ param, action }) => `${param} ${action}`),
    };
  };

  test.each([
    ["2024-06-01", ["max_tokens"], ["reasoning_effort dropped", "response_format dropped"]],
    ["2024-08-01-preview", ["max_tokens", "response_format"], ["reasoning_effort dropped"]],
    [
      "2024-10-21",
      ["stream_options", "max_completion_tokens", "response_format"],
      ["max_tokens renamed", "reasoning_effort dropped"],
    ],
    [
      "2024-12-01-preview",
      ["stream_options", "max_completion_tokens", "reasoning_effort", "response_format"],
      ["max_tokens renamed"],
    ],
  ])("%s is sent only what it knows", async (version, fields, notes) => {
    expect(await previewAt(version)).toEqual({ fields, notes });
  });

  test("the v1 surface knows all of it", async () => {
    expect((await previewAt("preview")).fields).toHaveLength(4);
  });

  test("a JSON format without a schema is older than all of them", async () => {
    const { provider } = await azureOn(answer, { apiVersion: "2024-02-01" });

    const { body } = provider.previewChat(
      ask("gpt", { params: { response_format: { type: "json_object" } } }),
    );

    expect(body).toMatchObject({ response_format: { type: "json_object" } });
  });
});

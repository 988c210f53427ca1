import type { Fault } from "@corral/simulated-providers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  baseIds,
  normalize,
  postChat,
  startGatewayWorld,
  upstreamKey,
  type GatewayWorld,
} from "./support/gateway-world.ts";

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
});
afterEach(async () => world.mend());
afterAll(async () => world[Symbol.asyncDispose]());

const providers = ["ollama", "openai"] as const;
type ProviderName = (typeof providers)[number];

/** The bytes of an event stream. */
const events = (...payloads: readonly string[]) => payloads.map((payload) => `data: ${payload}\n\n`).join("");

const ollamaChunk = (rest: string) =>
  `{"id":"ID","object":"chat.completion.chunk","created":0,"model":"on-ollama",${rest}}`;
const openaiChunk = (rest: string) =>
  `{"id":"ID","object":"chat.completion.chunk","created":0,"model":"on-openai","service_tier":"default","system_fingerprint":"fp_51mulated00",${rest}}`;
const choice = (delta: string, finish = "null") =>
  `"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]`;

describe("an answer, byte for byte", () => {
  const deltas = [
    choice('{"content":"Hel"}'),
    choice('{"content":"lo, "}'),
    choice('{"content":"wörld"}'),
    choice("{}", '"stop"'),
  ];
  const role = {
    ollama: '{"role":"assistant","content":""}',
    openai: '{"role":"assistant","content":"","refusal":null}',
  };
  const usage = {
    ollama: '{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5}',
    openai:
      '{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}',
  };
  const chunk = { ollama: ollamaChunk, openai: openaiChunk };

  test.each(providers)("streamed from %s", async (provider) => {
    const { status, text } = await postChat(world, { model: `on-${provider}`, stream: true });

    expect(status).toBe(200);
    expect(normalize(text)).toBe(
      events(...[choice(role[provider]), ...deltas].map(chunk[provider]), "[DONE]"),
    );
  });

  test.each(providers)("streamed from %s with the usage that was asked for", async (provider) => {
    const { text } = await postChat(world, {
      model: `on-${provider}`,
      stream: true,
      stream_options: { include_usage: true },
    });

    expect(normalize(text)).toBe(
      events(
        ...[choice(role[provider]), ...deltas].map((payload) => chunk[provider](`${payload},"usage":null`)),
        chunk[provider](`"choices":[],"usage":${usage[provider]}`),
        "[DONE]",
      ),
    );
  });

  test("whole from Ollama", async () => {
    const { text } = await postChat(world, { model: "on-ollama" });

    expect(normalize(text)).toBe(
      `{"id":"ID","object":"chat.completion","created":0,"model":"on-ollama","choices":[{"index":0,"message":{"role":"assistant","content":"Hello, wörld","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":${usage.ollama}}`,
    );
  });

  test("whole from OpenAI", async () => {
    const { text } = await postChat(world, { model: "on-openai" });

    expect(normalize(text)).toBe(
      `{"id":"ID","object":"chat.completion","created":0,"model":"on-openai","choices":[{"index":0,"message":{"role":"assistant","content":"Hello, wörld","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":${usage.openai},"service_tier":"default","system_fingerprint":"fp_51mulated00"}`,
    );
  });

  test.each(providers)("[vector 70] has no other headers than ours: %s", async (provider) => {
    const allowed =
      /^(?:cache-control|connection|content-(?:length|security-policy|type)|cross-origin-[a-z-]+|date|keep-alive|permissions-policy|referrer-policy|transfer-encoding|x-(?:accel-buffering|content-type-options|request-id))$/u;
    for (const stream of [true, false]) {
      const { headers } = await postChat(world, { model: `on-${provider}`, stream });

      expect([...headers.keys()].filter((name) => !allowed.test(name))).toStrictEqual([]);
      expect(headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/u);
      expect(headers.get("content-type")).toBe(
        stream ? "text/event-stream; charset=utf-8" : "application/json; charset=utf-8",
      );
      expect(headers.get("cache-control")).toMatch(/no-store|no-cache/u);
    }
  });
});

/** What a reader's failed call may say. */
function expectDiscreet(text: string) {
  for (const secret of [
    ...Object.values(baseIds),
    upstreamKey,
    new URL(world.ollama.url).host,
    new URL(world.openai.url).host,
    "Quiet",
    "Loud",
    "gpu1.corp.example",
  ]) {
    expect(text).not.toContain(secret);
  }
}

describe("a provider that fails before its answer", () => {
  const early: readonly (readonly [
    what: string,
    fault: Fault,
    status: number,
    code: string,
    retry: boolean,
  ])[] = [
    ["refuses connections", { kind: "refuse" }, 503, "upstream_unavailable", true],
    ["says nothing", { kind: "hang-before-headers" }, 504, "upstream_timeout", true],
    ["hangs up", { kind: "close-before-headers" }, 503, "upstream_unavailable", true],
    ["answers with a page", { kind: "html-200" }, 502, "upstream_invalid_response", true],
    ["answers with nothing", { kind: "empty-200" }, 502, "upstream_invalid_response", true],
    ["redirects", { kind: "redirect", to: "http://gpu1.corp.example/" }, 502, "upstream_redirect", false],
    [
      "breaks",
      { kind: "status", code: 500, body: "panic at gpu1.corp.example" },
      502,
      "upstream_error",
      true,
    ],
    ["is overloaded", { kind: "status", code: 503 }, 503, "upstream_unavailable", true],
    ["refuses our key", { kind: "status", code: 401 }, 502, "upstream_unauthorized", false],
    ["shows our key", { kind: "echo-authorization", where: "error" }, 502, "upstream_unauthorized", false],
    [
      "does not know the model",
      { kind: "status", code: 404, body: { error: `model '${baseIds.ollama}' not found` } },
      502,
      "upstream_not_found",
      false,
    ],
  ];

  describe.each(providers)("%s", (provider) => {
    describe.each([true, false])("asked for a stream: %s", (stream) => {
      test.each(early)("%s", async (...[, fault, status, code, retry]) => {
        world[provider].faults.set({ fault });

        const answer = await postChat(world, { model: `on-${provider}`, stream });

        expect({ status: answer.status, code: JSON.parse(answer.text).error?.code }).toStrictEqual({
          status,
          code,
        });
        expect(answer.headers.get("x-should-retry")).toBe(String(retry));
        expect(answer.headers.get("content-type")).toMatch(/^application\/json/u);
        expectDiscreet(answer.text);
      });
    });

    test("limits the rate: with the time to wait", async () => {
      world[provider].faults.set({ fault: { kind: "status", code: 429, headers: { "retry-after": "70" } } });

      const { status, headers, text } = await postChat(world, { model: `on-${provider}`, stream: true });

      expect(status).toBe(429);
      expect(headers.get("retry-after")).toBe("70");
      expect(JSON.parse(text)).toMatchObject({
        error: { code: "upstream_rate_limited", type: "rate_limit_error" },
      });
    });

    test("[vector 60] refuses the request: in its own words, but for what readers may not know", async () => {
      const error = `${baseIds[provider]} on gpu1.corp.example does not take "${upstreamKey}" as temperature`;
      world[provider].faults.set({
        fault: {
          kind: "status",
          code: 400,
          body: { error: provider === "ollama" ? error : { message: error, type: "invalid_request_error" } },
        },
      });

      const { status, text } = await postChat(world, { model: `on-${provider}` });

      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({
        error: { code: "upstream_rejected", message: expect.stringContaining(`on-${provider} on `) },
      });
      expect(text.replaceAll("gpu1.corp.example", "")).toContain("does not take");
      for (const secret of [baseIds[provider], upstreamKey]) expect(text).not.toContain(secret);
    });
  });
});

describe("[vector 1] [vector 3] a stream that breaks", () => {
  const broken: Readonly<
    Record<ProviderName, readonly (readonly [what: string, fault: Fault, code: string])[]>
  > = {
    ollama: [
      ["a connection that is reset", { kind: "reset-mid-stream", after: 2 }, "upstream_truncated"],
      ["a connection that ends early", { kind: "close-mid-stream", after: 2 }, "upstream_truncated"],
      [
        "an answer that ends early",
        { kind: "close-mid-stream", after: 2, clean: true },
        "upstream_truncated",
      ],
      ["an answer without its last line", { kind: "missing-done" }, "upstream_truncated"],
      ["silence", { kind: "hang-mid-stream", after: 2 }, "upstream_timeout"],
      [
        "an error as a line",
        { kind: "error-line-mid-stream", after: 2, message: `${baseIds.ollama} crashed` },
        "upstream_error",
      ],
    ],
    openai: [
      ["a connection that is reset", { kind: "reset-mid-stream", after: 2 }, "upstream_truncated"],
      ["a connection that ends early", { kind: "close-mid-stream", after: 2 }, "upstream_truncated"],
      [
        "an answer that ends early",
        { kind: "close-mid-stream", after: 2, clean: true },
        "upstream_truncated",
      ],
      ["an answer without its finish", { kind: "missing-done", finish: true }, "upstream_truncated"],
      ["silence", { kind: "hang-mid-stream", after: 2 }, "upstream_timeout"],
      [
        "an error as data",
        { kind: "sse-error-event", after: 2, message: `${baseIds.openai} crashed` },
        "upstream_error",
      ],
      [
        "an error as an event",
        { kind: "sse-error-event", after: 2, how: "event", message: `${baseIds.openai} crashed` },
        "upstream_error",
      ],
    ],
  };

  describe.each(providers)("%s", (provider) => {
    test.each(broken[provider])(
      "by %s keeps what came, ends with an error and never with [DONE]",
      async (_, fault, code) => {
        world[provider].faults.set({ fault });

        const { status, text } = await postChat(world, { model: `on-${provider}`, stream: true });

        const payloads = text
          .split("\n\n")
          .slice(0, -1)
          .map((event) => event.replace(/^data: /u, ""));
        expect(status).toBe(200);
        expect(text).toMatch(/^data: \{"id":.*"role":"assistant"/u);
        expect(text).toContain('"content":"Hel"');
        expect(JSON.parse(payloads.at(-1) ?? "")).toMatchObject({
          error: { code, message: expect.stringMatching(/\w/u) },
        });
        expect(text.match(/"error"/gu)).toHaveLength(1);
        expect(text).not.toContain("[DONE]");
        expect(text).not.toContain('"finish_reason":"stop"');
        expectDiscreet(text);
      },
    );

    test.each(
      broken[provider].filter(([, fault]) => provider === "ollama" || fault.kind === "reset-mid-stream"),
    )("by %s is an error status for whoever asked for a whole answer", async (_, fault, code) => {
      world[provider].faults.set({ fault });

      const { status, text } = await postChat(world, { model: `on-${provider}` });

      expect(status).toBe(code === "upstream_timeout" ? 504 : 502);
      expect(JSON.parse(text)).toMatchObject({ error: { code } });
      expectDiscreet(text);
    });
  });

  test("by nothing: a stream that says [DONE] without a finish of its own is complete where it has one", async () => {
    world.openai.faults.set({ fault: { kind: "missing-done" } });

    const { text } = await postChat(world, { model: "on-openai", stream: true });

    expect(text).toContain('"finish_reason":"stop"');
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  });
});

/** What the provider was asked, of the latest call. */
function sentTo(provider: ProviderName): Record<string, unknown> {
  const path = provider === "ollama" ? "/api/chat" : "/v1/chat/completions";
  const { body } = world[provider].journal.of(path).at(-1) ?? {};
  return body as Record<string, unknown>; // the simulated providers parse JSON bodies
}

const optionsOf = () => sentTo("ollama")["options"];

describe("parameters", () => {
  beforeAll(async () => {
    const { trpc } = world.ada;
    await trpc.models.create.mutate({
      id: "strict",
      name: "Strict",
      baseModelId: baseIds.ollama,
      params: {
        temperature: 0.2,
        top_p: 0.5,
        max_tokens: 50,
        top_k: 10,
        system: "Be strict.",
        logit_bias: { "5": 1 },
      },
      paramModes: { temperature: "fixed", max_tokens: "max", system: "fixed" },
      access: { kind: "public" },
    });
    await trpc.models.create.mutate({
      id: "stricter",
      name: "Stricter",
      baseModelId: "strict",
      params: { temperature: 1.5, top_p: 0.6, max_tokens: 80 },
      paramModes: { max_tokens: "max" },
      access: { kind: "public" },
    });
    await trpc.models.create.mutate({
      id: "incapable",
      name: "Incapable",
      baseModelId: baseIds.openai,
      meta: { capabilities: { tools: false, vision: false } },
      access: { kind: "public" },
    });
  });

  test("come from the nearest record where the request says nothing, and a limit is sent even so", async () => {
    await postChat(world, { model: "stricter" });

    expect(optionsOf()).toStrictEqual({ temperature: 0.2, top_p: 0.6, top_k: 10, num_predict: 50 });
  });

  test("of the request win, but for what is fixed or limited, whatever name they go by", async () => {
    for (const limit of ["max_tokens", "max_completion_tokens", "num_predict"]) {
      await postChat(world, { model: "stricter", temperature: 1, top_p: 0.9, [limit]: 70 });
      expect(optionsOf()).toStrictEqual({ temperature: 0.2, top_p: 0.9, top_k: 10, num_predict: 50 });
      await postChat(world, { model: "stricter", [limit]: 30 });
      expect(optionsOf()).toMatchObject({ num_predict: 30 });
    }
    await postChat(world, { model: "stricter", options: { temperature: 1, num_predict: 70, top_p: 0.9 } });
    expect(optionsOf()).toStrictEqual({ temperature: 0.2, top_p: 0.9, top_k: 10, num_predict: 50 });
  });

  test("are named in a note only where the caller sent them", async () => {
    const silent = await postChat(world, { model: "strict" });
    const asking = await postChat(world, {
      model: "strict",
      temperature: 1,
      max_tokens: 70,
      messages: [
        { role: "system", content: "Be kind." },
        { role: "user", content: "hello" },
      ],
    });
    const owner = await postChat(world, { model: "strict" }, world.adasKey);

    expect(silent.headers.get("x-corral-param-notes")).toBeNull();
    expect(asking.headers.get("x-corral-param-notes")?.split("; ").toSorted()).toStrictEqual([
      "max_tokens clamped",
      "max_tokens renamed to num_predict",
      "system dropped",
      "temperature dropped",
    ]);
    expect(sentTo("ollama")["messages"]).toStrictEqual([
      { role: "system", content: "Be strict." },
      { role: "user", content: "hello" },
    ]);
    // whoever may write the model knows what it stores
    expect(owner.headers.get("x-corral-param-notes")).toMatch(/logit_bias dropped/u);
  });

  test("[vector 20] max_completion_tokens beats the older max_tokens, in either order", async () => {
    await postChat(world, { model: "on-ollama", max_tokens: 10, max_completion_tokens: 20 });
    const first = optionsOf();
    await postChat(world, { model: "on-ollama", max_completion_tokens: 20, max_tokens: 10 });

    expect([first, optionsOf()]).toStrictEqual([{ num_predict: 20 }, { num_predict: 20 }]);
  });

  test("that are null or empty are as if they were absent", async () => {
    const { status } = await postChat(world, {
      model: "on-ollama",
      temperature: null,
      stop: [],
      tools: [],
      n: null,
      stream: null,
      stream_options: null,
      response_format: null,
    });

    expect(status).toBe(200);
    expect(sentTo("ollama")).not.toHaveProperty("options");
    expect(sentTo("ollama")).not.toHaveProperty("tools");
  });

  test.each<[sent: unknown, received: unknown]>([
    ["END", ["END"]],
    [
      ["a", "b"],
      ["a", "b"],
    ],
    [undefined, undefined],
    [null, undefined],
  ])("stop as %j reaches both providers as a list", async (stop, received) => {
    await postChat(world, { model: "on-ollama", stop });
    await postChat(world, { model: "on-openai", stop });

    expect((optionsOf() as Record<string, unknown> | undefined)?.["stop"]).toStrictEqual(received);
    expect(sentTo("openai")["stop"]).toStrictEqual(received);
  });

  test("that only the provider knows reach one of the same dialect", async () => {
    await postChat(world, { model: "on-openai", metadata: { ticket: "7" }, service_tier: "flex" });

    expect(sentTo("openai")).toMatchObject({
      model: baseIds.openai,
      metadata: { ticket: "7" },
      service_tier: "flex",
    });
  });

  test("[vector 16] several answers come from OpenAI by their index, and are refused for Ollama", async () => {
    const whole = await postChat(world, { model: "on-openai", n: 2 });
    const streamed = await postChat(world, { model: "on-openai", n: 2, stream: true });
    const refused = await postChat(world, { model: "on-ollama", n: 2 });

    expect(JSON.parse(whole.text).choices.map(({ index }: { index: number }) => index)).toStrictEqual([0, 1]);
    for (const index of [0, 1]) {
      const own = streamed.text
        .split("\n\n")
        .filter((event) => event.includes(`"choices":[{"index":${index},`));
      expect(own.filter((event) => event.includes('"role"'))).toHaveLength(1);
      expect(own.filter((event) => event.includes('"finish_reason":"stop"'))).toHaveLength(1);
    }
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.text)).toMatchObject({ error: { code: "unsupported_feature", param: "n" } });
  });

  const tools = [
    { type: "function", function: { name: "get_weather", parameters: { type: "object", properties: {} } } },
  ];
  const image = [
    {
      role: "user",
      content: [
        { type: "text", text: "?" },
        { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
      ],
    },
  ];

  test.each([
    ["tools, where somebody said that it cannot", { model: "incapable", tools }, "tools"],
    ["images, where somebody said that it cannot", { model: "incapable", messages: image }, "messages"],
    ["images, where the provider says that it cannot", { model: "on-ollama", messages: image }, "messages"],
  ])("are refused: %s", async (_, body, param) => {
    const calls =
      world.ollama.journal.entries().length + world.openai.journal.of("/v1/chat/completions").length;

    const { status, text } = await postChat(world, body);

    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { code: "unsupported_feature", param } });
    expect(
      world.ollama.journal.entries().length + world.openai.journal.of("/v1/chat/completions").length,
    ).toBe(calls);
  });

  test.each(providers)("tools are called through %s, streamed and whole alike", async (provider) => {
    world[provider].setReply(() => ({
      text: "",
      toolCalls: [{ name: "get_weather", arguments: { city: "Kyiv" } }],
    }));
    try {
      const streamed = await postChat(world, { model: `on-${provider}`, tools, stream: true });
      const whole = await postChat(world, { model: `on-${provider}`, tools });

      const deltas = streamed.text
        .split("\n\n")
        .filter((event) => event.startsWith("data: {"))
        .flatMap((event) => JSON.parse(event.slice(6)).choices[0]?.delta.tool_calls ?? []);
      const [call] = JSON.parse(whole.text).choices[0].message.tool_calls;
      expect(deltas[0]).toMatchObject({ index: 0, type: "function", function: { name: "get_weather" } });
      expect(
        JSON.parse(
          deltas
            .map((delta: { function: { arguments?: string } }) => delta.function.arguments ?? "")
            .join(""),
        ),
      ).toStrictEqual({ city: "Kyiv" });
      expect(streamed.text.match(/"finish_reason":"tool_calls"/gu)).toHaveLength(1);
      expect(streamed.text.match(/"role":"assistant"/gu)).toHaveLength(1);
      expect(call).toMatchObject({
        type: "function",
        function: { name: "get_weather", arguments: '{"city":"Kyiv"}' },
      });
      expect(JSON.parse(whole.text).choices[0]).toMatchObject({
        finish_reason: "tool_calls",
        message: { content: null },
      });
    } finally {
      world[provider].setReply(() => ({ text: ["Hel", "lo, ", "wörld"] }));
    }
  });
});

import { inOnePiece, serveInProcess } from "@corral/core/testing";
import { UpstreamEndpoint } from "@corral/provider-kit";
import { expect, test } from "vitest";
import { chunk, completion, ending, events } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIDialect } from "./openai-dialect.ts";
import { openaiDefaults } from "./openai-settings.ts";
import { quirksOf } from "./servers/server-quirks.ts";

const options = { signal: new AbortController().signal };

test("a surface whose ids say nothing tells what stands behind them, hears who answered, and has the last word", async () => {
  const { transport, requests } = await serveInProcess(
    ({ body }) => ({
      body: body.includes('"stream":true')
        ? events(chunk({ content: "a" }), ...ending("stop"))
        : completion({ content: "a" }, "stop"),
    }),
    inOnePiece,
  );
  const answeredBy: string[] = [];
  const provider = createOpenAIDialect({
    kind: "openai",
    endpoint: new UpstreamEndpoint({ baseUrl: "http://upstream.test", transport, defaults: openaiDefaults }),
    quirks: () => quirksOf("azure"),
    baseModelOf: () => "o3-mini",
    learnModel: ({ model }, name) => answeredBy.push(`${model}: ${name}`),
    revise: ({ body, notes }) => ({ body: { ...body, max_completion_tokens: 4 }, notes }),
    pathOf: (route, model) => `/${model}${route}`,
    listModels: () => Promise.resolve({ models: [], dropped: 0 }),
    probe: () => Promise.resolve(),
  });
  const request = {
    model: "mine",
    messages: [{ role: "user" as const, content: "Hi" }],
    params: { temperature: 1, max_tokens: 5 },
  };

  await provider.chat(request, options);
  const { batches } = await provider.streamChat(request, options);
  for await (const _ of batches);

  expect(requests.map(({ path }) => path)).toEqual(["/mine/chat/completions", "/mine/chat/completions"]);
  expect(provider.previewChat(request).body).toEqual({
    model: "mine",
    messages: request.messages,
    stream: false,
    max_completion_tokens: 4,
  });
  expect(JSON.parse(requests[0]?.body ?? "")).toEqual(provider.previewChat(request).body);
  expect(answeredBy).toEqual(["mine: contract-model-2026-08-01", "mine: contract-model-2026-08-01"]);
});

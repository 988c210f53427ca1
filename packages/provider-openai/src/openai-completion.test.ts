import type { ChatStreamPart, ProviderCompletionRequest } from "@corral/core";
import { inOnePiece, serveInProcess, type ScriptedReply } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { events } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";

const options = { signal: new AbortController().signal };
const request: ProviderCompletionRequest = { model: "m", prompt: "Once", params: {} };

async function providerOn(reply: ScriptedReply) {
  const { transport, requests } = await serveInProcess(() => reply, inOnePiece);
  const provider = createOpenAIProvider({ baseUrl: "http://upstream.test", transport });
  const sent = () => JSON.parse(requests[0]?.body ?? "null") as unknown; // safe: JSON
  return { provider, requests, sent };
}

const choice = (text: string, rest: object = {}) => ({
  text,
  index: 0,
  logprobs: null,
  finish_reason: null,
  ...rest,
});
const chunk = (...choices: object[]) => ({
  id: "cmpl-1",
  object: "text_completion",
  created: 1,
  model: "m",
  choices,
});
const legacyLogprobs = {
  tokens: ["a", "b"],
  token_logprobs: [null, -0.5],
  top_logprobs: [null, { b: -0.5, c: -2 }],
  text_offset: [0, 1],
};

describe("a completion", () => {
  const whole = JSON.stringify({
    ...chunk(choice(" upon a time", { finish_reason: "length", logprobs: legacyLogprobs })),
    usage: { prompt_tokens: 1, completion_tokens: 3 },
  });

  test("is asked for with what the older endpoint knows", async () => {
    const { provider, requests, sent } = await providerOn({ body: whole });
    const params = { temperature: 0, max_tokens: 3, stop: ["x"], reasoning_effort: "low" as const };

    const { notes } = await provider.complete(
      { ...request, suffix: "end", params, choiceCount: 2, logprobs: { top: 9 }, extensions: { echo: true } },
      options,
    );

    expect(requests[0]?.path).toBe("/v1/completions");
    expect(sent()).toEqual({
      model: "m",
      prompt: "Once",
      suffix: "end",
      stream: false,
      temperature: 0,
      max_tokens: 3,
      stop: ["x"],
      n: 2,
      logprobs: 5,
      echo: true,
    });
    expect(notes.map((note) => `${note.param} ${note.action}`)).toEqual([
      "reasoning_effort dropped",
      "logprobs clamped",
    ]);
  });

  test("comes whole, with its probabilities in the newer form", async () => {
    const { provider } = await providerOn({ body: whole });

    const { completion } = await provider.complete(request, options);

    expect(completion).toMatchObject({
      usage: { promptTokens: 1, completionTokens: 3 },
      choices: [
        {
          text: " upon a time",
          finishReason: "length",
          logprobs: [
            { token: "a", logprob: 0, top_logprobs: [] },
            { token: "b", logprob: -0.5, top_logprobs: [{ token: "b", logprob: -0.5 }, { token: "c" }] },
          ],
        },
      ],
    });
  });

  test("streams, every choice to its end", async () => {
    const body = events(
      chunk(choice("a"), choice("b", { index: 1 })),
      chunk(choice("c")),
      chunk(choice("", { finish_reason: "stop" })),
      chunk(choice("", { index: 1, finish_reason: "stop" })),
      { ...chunk(), usage: { prompt_tokens: 1, completion_tokens: 3 } },
      "[DONE]",
    );
    const { provider, sent } = await providerOn({ body });

    const { batches } = await provider.streamCompletion(request, options);
    const parts: ChatStreamPart[] = [];
    for await (const batch of batches) parts.push(...batch);

    expect(sent()).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(parts.flatMap((part) => (part.type === "text-delta" ? [[part.choice, part.text]] : []))).toEqual([
      [0, "a"],
      [1, "b"],
      [0, "c"],
    ]);
    expect(parts.slice(-3).map((part) => part.type)).toEqual(["usage", "finish", "finish"]);
  });

  test.each([
    ["upstream_truncated", events(chunk(choice("a")), "[DONE]")],
    ["upstream_rejected", events(chunk(choice("a")), { error: { message: "bad", code: 400 } })],
  ])("[vector 1] [vector 3] that fails on the way is %s", async (code, body) => {
    const { provider } = await providerOn({ body });

    await expect(provider.complete(request, options)).rejects.toMatchObject({ code });
  });
});
